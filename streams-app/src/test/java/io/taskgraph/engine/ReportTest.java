package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.released;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskFields;
import io.taskgraph.policy.contract.Cap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What agents report: leases, fences, retries, and what is dispatched next. */
class ReportTest {
    private final Team team = Team.with(Team.workers(1));

    @Test
    void theFirstTasksStartTheRunAndAreDispatchedUpToTheCap() {
        assertAccepted(
                team.patch(add("a"), add("b")),
                new TaskAdded(spec("a")),
                new TaskAdded(spec("b")),
                new PhaseChanged(Phase.IDLE, Phase.PLANNING, "there are tasks", ""),
                new PhaseChanged(Phase.PLANNING, Phase.EXECUTING, "the plan is accepted", ""),
                new TaskDispatched("a", 1, null),
                Messages.reached(Cap.MAX_WORKERS, 1, 2, "b"));
        assertThat(team.task("a"))
                .isEqualTo(new Task(
                        "a",
                        TaskFields.DEFAULT,
                        List.of(),
                        Status.DISPATCHED,
                        1,
                        1,
                        1,
                        0,
                        null,
                        team.now,
                        null,
                        false,
                        0));
    }

    @Test
    void aLeaseIsTakenUpAndTheTaskDone() {
        team.patch(add("a"), add("b", "a"));
        team.now += 10;
        assertAccepted(team.report("w", "a", 1, started()), new TaskStarted("a", 1, "w"));
        assertThat(team.task("a"))
                .isEqualTo(new Task(
                        "a", TaskFields.DEFAULT, List.of(), Status.RUNNING, 1, 1, 1, 0, "w", team.now, null, false, 0));
        assertAccepted(team.report("w", "a", 1, started()));
        assertAccepted(
                team.report("w", "a", 1, submitted("ok")),
                new TaskCompleted("a", 1, "w", "ok"),
                new TaskDispatched("b", 1, null));
        assertThat(team.task("a"))
                .isEqualTo(
                        new Task("a", TaskFields.DEFAULT, List.of(), Status.DONE, 1, 1, 1, 0, "w", 0, "ok", false, 0));
        assertAccepted(
                team.report("v", "b", 1, submitted(null)),
                new TaskCompleted("b", 1, "v", null),
                new PhaseChanged(Phase.EXECUTING, Phase.SYNTHESIZING, "every task has ended", ""),
                new PhaseChanged(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended", ""));
        assertThat(team.run.graphVersion()).as("only plans change the graph").isEqualTo(1);
        assertThat(team.run.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatWasNeverDispatchedCannotBeReportedOn() {
        team.patch(add("a"), add("b"));
        assertRefused(
                team.report("w", "b", 1, submitted(null)),
                RejectionCode.NOT_DISPATCHED,
                "task_id",
                "b",
                "attempt",
                "1",
                "current_attempt",
                "0",
                "status",
                "READY",
                "worker_id",
                "w");
        assertRefused(team.report("w", "nope", 1, started()), RejectionCode.UNKNOWN_TASK, "task_id", "nope");
    }

    @Test
    void reportsTwiceOutOfOrderOfOldAttemptsAndOfOthersAreFenced() {
        team.patch(add("a"));
        for (int attempt : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
            fenced(team.report("w", "a", attempt, started()), attempt, 1, "DISPATCHED", "w");
        }
        team.report("w", "a", 1, started());
        fenced(team.report("other", "a", 1, started()), 1, 1, "RUNNING", "other");
        fenced(team.report("other", "a", 1, submitted(null)), 1, 1, "RUNNING", "other");
        team.report("w", "a", 1, failed("boom", true));
        fenced(team.report("w", "a", 1, submitted("late")), 1, 2, "DISPATCHED", "w");
        team.report("w", "a", 2, submitted("done"));
        fenced(team.report("w", "a", 2, submitted("again")), 2, 2, "DONE", "w");
        fenced(team.report("w", "a", 2, started()), 2, 2, "DONE", "w");
        assertThat(team.task("a").outcome()).isEqualTo("done");
        assertThat(List.of(team.run.fenced(), team.run.rejected(), team.run.dispatches(), team.run.retries()))
                .containsExactly(9L, 9L, 2L, 1L);
    }

    private static void fenced(Decision d, int attempt, int current, String status, String worker) {
        assertRefused(
                d,
                RejectionCode.FENCED,
                "task_id",
                "a",
                "attempt",
                "" + attempt,
                "current_attempt",
                "" + current,
                "status",
                status,
                "worker_id",
                worker);
    }

    @Test
    void aFailedAttemptIsRetriedUpToTheCapThenTheTaskFailsAndItsDependentsWithIt() {
        team.patch(add("a"), add("b", "a"), add("c", "b"), add("free"));
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertAccepted(
                    team.report("w", "a", attempt, failed("boom", true)),
                    new AttemptFailed("a", attempt, "w", "boom", true, null),
                    new TaskDispatched("a", attempt + 1, null));
        }
        assertAccepted(
                team.report("w", "a", 3, failed("boom", true)),
                new AttemptFailed("a", 3, "w", "boom", true, null),
                Messages.reached(Cap.MAX_RETRIES, 2, 3, "a"),
                new TaskFailed("a", "failed 3 times, the last time: boom", 2),
                new TaskDispatched("free", 1, null));
        assertThat(team.task("a").failures()).isEqualTo(3);
        assertThat(team.task("b").outcome()).isEqualTo("dependency a failed");
        assertThat(team.task("c").outcome()).isEqualTo("dependency b failed");
        assertThat(team.run.graph().count(Status.FAILED)).isEqualTo(3);
        team.report("w", "free", 1, submitted(null));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void whatCannotSucceedIsNotRetried() {
        team.patch(add("a"));
        assertAccepted(
                team.report("w", "a", 1, failed("no such file", false)),
                new AttemptFailed("a", 1, "w", "no such file", false, null),
                new TaskFailed("a", "no such file", 0),
                new PhaseChanged(Phase.EXECUTING, Phase.SYNTHESIZING, "every task has ended", ""),
                new PhaseChanged(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended", ""));
    }

    @Test
    void aLeaseGivenBackIsNoFailure() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        assertAccepted(
                team.report("w", "a", 1, released("stopping")),
                new LeaseRevoked("a", 1, "w", "stopping", null),
                new TaskDispatched("a", 2, null));
        assertThat(team.task("a").failures()).isZero();
    }

    @Test
    void givenATaskThatWasRemovedAndAddedAgain_thenItsAttemptsAreCountedOnAndTheOldLeaseIsFenced() {
        // given an attempt that was given back, and its task replaced by one with the same id
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.patch(add(urgent(-1, spec("b"))));
        team.report("w", "a", 1, released("stopping"));
        assertAccepted(team.patch(remove("a"), add("a")), new TaskRemoved("a"), new TaskAdded(spec("a")));

        // when it is offered
        Decision done = team.report("w", "b", 1, submitted(null));

        // then as another attempt than the one that somebody may still hold
        assertAccepted(done, new TaskCompleted("b", 1, "w", null), new TaskDispatched("a", 2, null));
        assertRefused(
                team.report("w", "a", 1, submitted("late")),
                RejectionCode.FENCED,
                "task_id",
                "a",
                "attempt",
                "1",
                "current_attempt",
                "2",
                "status",
                "DISPATCHED",
                "worker_id",
                "w");
        assertThat(team.run.tables().lastAttempts.isEmpty()).isTrue();
    }

    @Test
    void readyTasksGoByPriorityThenAge() {
        team.patch(
                add("gate"),
                add(urgent(5, spec("late", "gate"))),
                add(urgent(-1, spec("second", "gate"))),
                add(urgent(-1, spec("third", "gate"))),
                add(urgent(-2, spec("first", "gate"))));
        String[] order = {"gate", "first", "second", "third", "late"};
        for (String id : order) {
            assertThat(team.status(id)).as(id).isEqualTo(Status.DISPATCHED);
            team.report("w", id, 1, submitted(null));
        }
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void resultsAndErrorsHaveLimits() {
        team.patch(add("a"));
        assertRefused(
                team.report("w", "a", 1, submitted("x".repeat(65_537))),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_payload",
                "limit",
                "65536",
                "value",
                "65537");
        Decision d = team.report("w", "a", 1, failed("x".repeat(5_000), true));
        assertThat(d.getFacts().get(0).getAttemptFailed().getError()).hasSize(4_096);
    }

    @Test
    void oddWorkersAndReportsWithoutAKind() {
        team.patch(add("a"));
        for (String worker : List.of("", " w", "w\n", "\ud800", "x".repeat(257))) {
            Decision d = team.report(worker, "a", 1, started());
            assertRefused(d, RejectionCode.INVALID_ID, "field", "worker id", "id", worker);
        }
        assertThat(team.report("wörker/1 \"😀\"", "a", 1, started()).getRejection())
                .isNull();
        Report none = Messages.report("r", "none", "w", "a", 1, started());
        none.setStarted(null);
        assertRefused(team.tell(none), RejectionCode.UNSUPPORTED);
    }
}
