package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** What an operator repairs, and what stays as it is. */
class RepairTest {
    private final Team team = Team.reconciling("max_workers: 4", "");

    /** a has failed, and with it b and c; x works. */
    private void failure() {
        team.patch(add("a"), add("b", "a"), add("c", "b"), add("x"));
        team.start("w", "a", 1);
        team.report("w", "a", 1, failed("no disk", false));
    }

    @Test
    void aTaskIsTriedAgainAlone() {
        failure();
        assertAccepted(
                team.direct(new RetryTask("a", false)),
                new TaskReopened("a", "because"),
                new TaskDispatched("a", 2, null));
        assertThat(team.task("a").failures())
                .as("it has all its attempts again")
                .isZero();
        assertThat(team.status("b")).isEqualTo(Status.FAILED);
    }

    @Test
    void orOnwards() {
        failure();
        assertAccepted(
                team.direct(new RetryTask("a", true)),
                new TaskReopened("a", "because"),
                new TaskReopened("b", "because"),
                new TaskReopened("c", "because"),
                new TaskDispatched("a", 2, null));
        team.reload();
        for (String id : List.of("a", "b", "c")) {
            team.finish("w", id, team.task(id).attempt());
        }
        team.finish("w", "x", 1);
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void whatDependsOnWhatHasFailedIsNotTriedBeforeIt() {
        failure();
        assertRefused(
                team.direct(new RetryTask("b", false)),
                RejectionCode.TASK_TERMINAL,
                "task_id",
                "b",
                "status",
                "FAILED");
        assertRefused(
                team.direct(new MoveTask("b", "expert")),
                RejectionCode.TASK_TERMINAL,
                "task_id",
                "b",
                "status",
                "FAILED");
    }

    @Test
    void aRunThatHasEndedBeginsAgain() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        team.report("w", "a", 1, failed("no disk", false));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertAccepted(
                team.direct(new RetryTask("a", false)),
                new TaskReopened("a", "because"),
                new PhaseChanged(Phase.COMPLETED, Phase.IDLE, "the plan has grown", ""),
                new PhaseChanged(Phase.IDLE, Phase.PLANNING, "there are tasks", ""),
                new PhaseChanged(Phase.PLANNING, Phase.EXECUTING, "the plan is accepted", ""),
                new TaskDispatched("a", 2, null));
    }

    @Test
    void unlessItsPolicyDoesNotLetIt() {
        Team t = Team.under("name: test\nflags: {reconcile: true}\nphases: {transitions: {completed: []}}\n");
        t.patch(add("a"));
        t.start("w", "a", 1);
        t.report("w", "a", 1, failed("no disk", false));
        assertRefused(
                t.direct(new RetryTask("a", false)),
                RejectionCode.ILLEGAL_TRANSITION,
                "from",
                "COMPLETED",
                "to",
                "IDLE");
        assertThat(t.run.quarantine()).isNull();
    }

    @Test
    void whatIsSetAsideIsTakenUp() {
        team.patch(add("a"), add("x"));
        team.patch(set("a", TaskStatus.DEFERRED));
        assertAccepted(
                team.direct(new RetryTask("a", false)),
                new TaskRequeued("a", "because"),
                new TaskDispatched("a", 2, null));
    }

    @Test
    void aTaskIsSkipped() {
        team.patch(add("a"), add("b", "a"));
        team.start("w", "a", 1);
        assertAccepted(
                team.direct(new SkipTask("a")),
                new LeaseRevoked("a", 1, "w", "an operator ended the task", null),
                new TaskResolved("a", TaskStatus.DONE, "skipped: because", 0),
                new TaskDispatched("b", 1, null));
    }

    @Test
    void aTaskIsResolvedByHand() {
        failure();
        assertAccepted(
                team.direct(new ResolveTask("a", TaskStatus.DONE, "by hand")),
                new TaskReopened("a", "by hand"),
                new TaskResolved("a", TaskStatus.DONE, "by hand", 0));
        assertThat(team.task("a").outcome()).isEqualTo("by hand");
        assertAccepted(
                team.direct(new RetryTask("b", true)),
                new TaskReopened("b", "because"),
                new TaskReopened("c", "because"),
                new TaskDispatched("b", 1, null));
        assertThat(team.direct(new ResolveTask("x", TaskStatus.RUNNING, null))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.INVALID_VALUE);
        assertRefused(
                team.direct(new ResolveTask("a", TaskStatus.FAILED, null)),
                RejectionCode.TASK_TERMINAL,
                "task_id",
                "a",
                "status",
                "DONE");
    }

    @Test
    void aTaskIsMoved() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        TaskChange change = new TaskChange();
        change.setAgentType("expert");
        assertAccepted(
                team.direct(new MoveTask("a", "expert")),
                new LeaseRevoked("a", 1, "w", "the task was given to another kind of agent", null),
                new TaskUpdated("a", change),
                new TaskDispatched("a", 2, null));
        assertThat(team.direct(new MoveTask("a", "")).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
    }

    @Test
    void forPlannersWhatHasEndedStaysSo() {
        failure();
        assertThat(team.patch(set("a", TaskStatus.PENDING)).getRejection().getCode())
                .isEqualTo(RejectionCode.TASK_TERMINAL);
    }

    @Test
    void withoutTheFlagNothingIsRepaired() {
        Team t = Team.standard();
        t.patch(add("a"));
        for (SpecificRecord repair : List.of(
                new RetryTask("a", false),
                new SkipTask("a"),
                new ResolveTask("a", TaskStatus.DONE, null),
                new MoveTask("a", "expert"))) {
            assertRefused(t.direct(repair), RejectionCode.FEATURE_DISABLED, "feature", "reconcile");
        }
    }

    @Test
    void whatIsNotThereIsNotRepaired() {
        for (SpecificRecord repair : List.of(
                new RetryTask("a", false),
                new SkipTask("a"),
                new ResolveTask("a", TaskStatus.DONE, null),
                new MoveTask("a", "expert"))) {
            assertRefused(team.direct(repair), RejectionCode.UNKNOWN_TASK, "task_id", "a");
        }
    }
}
