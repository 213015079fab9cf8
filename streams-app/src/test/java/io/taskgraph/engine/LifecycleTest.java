package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.archive;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.CheckpointTaken;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.presets.Presets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A run from its creation to its end: phases, directives, timers. */
class LifecycleTest {
    private static final PhaseChanged PLANNING = new PhaseChanged(Phase.IDLE, Phase.PLANNING, "there are tasks", "");
    private static final PhaseChanged EXECUTING =
            new PhaseChanged(Phase.PLANNING, Phase.EXECUTING, "the plan is accepted", "");
    private static final PhaseChanged SYNTHESIZING =
            new PhaseChanged(Phase.EXECUTING, Phase.SYNTHESIZING, "every task has ended", "");
    private static final PhaseChanged COMPLETED =
            new PhaseChanged(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended", "");

    private final Team team = Team.standard();

    private static CreateRun createRun(String preset) {
        return new CreateRun(
                "name", "goal", preset, new HashMap<>(Map.of("b", "2", "a", "1")), null, null, null, null, List.of());
    }

    @Test
    void creatingARun() {
        Team t = new Team("new");
        var policy = Presets.named("demo").orElseThrow();
        assertAccepted(
                t.create(createRun("demo"), add("a")),
                new RunCreated(
                        "name",
                        "goal",
                        Map.of("a", "1", "b", "2"),
                        "demo",
                        policy.document(),
                        null,
                        null,
                        null,
                        null,
                        List.of()),
                new TaskAdded(spec("a")),
                PLANNING,
                EXECUTING,
                new TaskDispatched("a", 1, Usage.budget(policy.budgets().task())),
                new CheckpointTaken("executing", 1, true, "the plan is accepted", Map.of(), List.of()));
        assertThat(t.log.get(0).decision().getPolicyDigest()).isEqualTo(policy.digest());
        assertThat(t.run.sequence()).isEqualTo(1);
        assertRefused(t.create(createRun("demo")), RejectionCode.RUN_EXISTS, "run_id", "new");

        Team empty = new Team("empty");
        assertThat(empty.create(createRun("default")).getGraphVersion()).isZero();
        assertThat(empty.run.phase()).isEqualTo(Phase.IDLE);
    }

    @Test
    void aRunThatDoesNotExistRefusesOutsideEveryChain() {
        Team t = new Team("none");
        for (Decision d : List.of(
                t.patch(add("a")), t.report("w", "a", 1, started()), t.direct(new PauseRun()), t.patch(add("a")))) {
            assertRefused(d, RejectionCode.UNKNOWN_RUN, "run_id", "none");
            assertThat(d.getSequence()).isZero();
        }
        assertThat(t.stored).isEmpty();
        assertThat(t.timer(Liveness.SILENT)).isEmpty();
    }

    @Test
    void whatACreationMustNotSay() {
        CreateRun longName = createRun("default");
        longName.setName("x".repeat(257));
        CreateRun longGoal = createRun("default");
        longGoal.setGoal("x".repeat(4_097));
        CreateRun labels = createRun("default");
        for (int i = 0; i < 64; i++) {
            labels.getLabels().put("k" + i, "v");
        }
        CreateRun longLabel = createRun("default");
        longLabel.getLabels().put("k", "x".repeat(257));
        assertRefused(new Team("n").create(longName), RejectionCode.INVALID_VALUE, "field", "name");
        assertRefused(new Team("n").create(longGoal), RejectionCode.INVALID_VALUE, "field", "goal");
        assertRefused(new Team("n").create(labels), RejectionCode.INVALID_VALUE, "field", "labels");
        assertRefused(new Team("n").create(longLabel), RejectionCode.INVALID_VALUE, "field", "labels");
        assertRefused(new Team("n").create(createRun("nope")), RejectionCode.UNKNOWN_POLICY, "policy", "nope");
        Mutation m = Messages.mutation("n", "m", List.of());
        m.setCreateRun(createRun("default"));
        m.setExpectedVersion(3L);
        assertRefused(new Team("n").tell(m), RejectionCode.INVALID_VALUE, "field", "expected version");
    }

    @Test
    void oddRunAndMessageIds() {
        for (String id : List.of("", ".a", "a/b", "a b", "ä", "😀", "a\u0000", "x".repeat(129))) {
            Decision d = new Team(id).patch(add("a"));
            assertRefused(d, RejectionCode.INVALID_ID, "field", "run id", "id", id);
            assertThat(d.getSequence()).isZero();
        }
        for (String id : List.of(" m", "m ", "m\u0007", "\udc00", "x".repeat(129))) {
            Mutation m = Messages.mutation("r", id, List.of(add("a")));
            assertRefused(team.tell(m), RejectionCode.INVALID_ID, "field", "message id", "id", id);
            assertRefused(team.tell(m), RejectionCode.INVALID_ID, "field", "message id", "id", id);
        }
        assertRefused(
                team.tell(Messages.mutation("r", "", List.of(add("a")))),
                RejectionCode.INVALID_ID,
                "field",
                "message id",
                "id",
                "");
    }

    @Test
    void oddTaskIds() {
        for (String id : List.of("", " a", "a\t", "a\u0000b", "a\u0085b", "\ud83d", "x".repeat(257), "\u2003a")) {
            assertRefused(
                    team.patch(add(id)), RejectionCode.INVALID_ID, "field", "task id", "id", id, "operation", "0");
        }
        List<String> fine =
                List.of("\"quoted\"", "a/b", "😀", "a b", "x".repeat(256), "'; drop --", "ä́", "..", "null");
        for (String id : fine) {
            assertThat(team.patch(add(id)).getRejection()).as(id).isNull();
        }
        team.reload();
        assertThat(team.run.graph().tasks()).map(t -> t.id()).containsExactlyElementsOf(fine);
    }

    @Test
    void pausingAndResuming() {
        assertRefused(
                team.direct(new PauseRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "IDLE", "to", "AWAIT_USER");
        team.patch(add("a"), add("b"), add("c"));
        assertRefused(
                team.direct(new ResumeRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "EXECUTING", "to", "EXECUTING");
        assertAccepted(
                team.direct(new PauseRun()),
                new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "paused: because", "operator"));
        team.report("w", "a", 1, submitted(null));
        team.report("w", "b", 1, submitted(null));
        assertThat(team.status("c")).as("nothing is dispatched").isEqualTo(Status.READY);
        assertAccepted(
                team.direct(new ResumeRun()),
                new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "resumed: because", ""),
                new TaskDispatched("c", 1, null));
    }

    @Test
    void aPausedRunCompletesWhenItIsResumed() {
        team.patch(add("a"));
        team.direct(new PauseRun());
        team.report("w", "a", 1, submitted(null));
        assertThat(team.run.phase()).isEqualTo(Phase.AWAIT_USER);
        assertAccepted(
                team.direct(new ResumeRun()),
                new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "resumed: because", ""),
                SYNTHESIZING,
                COMPLETED);
    }

    @Test
    void cancellingARun() {
        team.patch(add("a"), add("b", "a"), add("c"));
        team.report("w", "c", 1, started());
        assertAccepted(
                team.direct(new CancelRun()),
                new LeaseRevoked("a", 1, "", "the run was cancelled", null),
                new LeaseRevoked("c", 1, "w", "the run was cancelled", null),
                new RunCancelled("because", 3),
                new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "cancelled", ""));
        assertThat(team.run.graph().count(Status.CANCELLED)).isEqualTo(3);
        assertThat(team.run.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertRefused(team.patch(add("d")), RejectionCode.ILLEGAL_TRANSITION, "from", "FAILED", "to", "PLANNING");
        assertRefused(team.direct(new CancelRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "FAILED", "to", "FAILED");
        assertAccepted(
                Team.standard().direct(new CancelRun()),
                new RunCancelled("because", 0),
                new PhaseChanged(Phase.IDLE, Phase.PLANNING, "cancelled", ""),
                new PhaseChanged(Phase.PLANNING, Phase.FAILED, "cancelled", ""));
    }

    @Test
    void cancellingATask() {
        team.patch(add("a"), add("b", "a"), add("c"), add("d"));
        assertAccepted(
                team.direct(new CancelTask("a")),
                new LeaseRevoked("a", 1, "", "the task was cancelled", null),
                new TaskResolved("a", TaskStatus.CANCELLED, "because", 1),
                new TaskDispatched("d", 1, null));
        assertRefused(
                team.direct(new CancelTask("b")), RejectionCode.TASK_TERMINAL, "task_id", "b", "status", "CANCELLED");
        assertRefused(team.direct(new CancelTask("nope")), RejectionCode.UNKNOWN_TASK, "task_id", "nope");
        Directive none = Messages.directive("r", "none", "", new PauseRun());
        none.setPauseRun(null);
        assertRefused(team.tell(none), RejectionCode.UNSUPPORTED);
    }

    @Test
    void aCompletedRunIsReopenedByNewTasksOnly() {
        team.patch(add("a"));
        team.report("w", "a", 1, submitted(null));
        team.patch(archive("a"));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertAccepted(
                team.patch(add("b", "a")),
                new TaskAdded(spec("b", "a")),
                new PhaseChanged(Phase.COMPLETED, Phase.IDLE, "the plan has grown", ""),
                PLANNING,
                EXECUTING,
                new TaskDispatched("b", 1, null));
    }

    @Test
    void tasksThatComeInResolvedCompleteTheRunAtOnce() {
        assertAccepted(
                team.patch(add("a"), set("a", TaskStatus.DONE)),
                new TaskAdded(spec("a")),
                new TaskResolved("a", TaskStatus.DONE, "by the planner", 0),
                PLANNING,
                EXECUTING,
                SYNTHESIZING,
                COMPLETED);
        Team emptied = Team.standard();
        emptied.patch(add("a"), remove("a"));
        assertThat(emptied.run.phase()).as("no task, no end").isEqualTo(Phase.IDLE);
    }

    @Test
    void aDispatchThatNobodyTakesUpIsOfferedAgain() {
        team.patch(add("a"));
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 600_000);
        team.now += 599_999;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now += 1;
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        assertAccepted(
                d,
                Messages.reached(Cap.START_TIMEOUT, 600_000, 600_000, "a"),
                new LeaseRevoked("a", 1, "", "not taken up in time", null),
                new TaskDispatched("a", 2, null));
        assertThat(d.getCause().getTimer().getDueAt()).isEqualTo(Instant.ofEpochMilli(Team.START + 600_000));
        assertThat(d.getCause().getFamily()).isEqualTo("timers");
        assertThat(team.task("a").failures()).isZero();
    }

    @Test
    void aSilentWorkerLosesItsLeases() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
        team.report("w", "b", 1, started());
        team.now += 30_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.silent("w", 30_000, 30_000),
                new WorkerLost("w", Instant.ofEpochMilli(Team.START)),
                new AttemptFailed("a", 1, "w", "worker lost", true, null),
                new AttemptFailed("b", 1, "w", "worker lost", true, null),
                new TaskDispatched("a", 2, null),
                new TaskDispatched("b", 2, null));
    }

    @Test
    void aWorkerThatWasHeardKeepsThem() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 30_000;
        long heard = team.now - 10_000;
        assertThat(team.timer(w -> heard)).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(heard + 30_000);
        team.now = heard + 30_000;
        assertThat(team.timer(w -> heard).orElseThrow().getFacts().get(1).getWorkerLost())
                .isEqualTo(new WorkerLost("w", Instant.ofEpochMilli(heard)));
    }

    @Test
    void takingUpOneLeaseIsASignOfLifeForAll() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
        team.now += 29_000;
        team.report("w", "b", 1, started());
        team.now += 1_000;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 59_000);
    }

    @Test
    void lostWorkersUseUpAttempts() {
        team.patch(add("a"));
        for (int attempt = 1; attempt <= 3; attempt++) {
            team.report("w" + attempt, "a", attempt, started());
            team.now += 30_000;
            Decision d = team.timer(Liveness.SILENT).orElseThrow();
            assertThat(d.getFacts().get(2).getAttemptFailed())
                    .isEqualTo(new AttemptFailed("a", attempt, "w" + attempt, "worker lost", true, null));
            if (attempt == 3) {
                assertThat(d.getFacts().get(3).getCapReached()).isEqualTo(Messages.reached(Cap.MAX_RETRIES, 2, 3, "a"));
                assertThat(d.getFacts().get(4).getTaskFailed())
                        .isEqualTo(new TaskFailed("a", "failed 3 times, the last time: worker lost", 0));
            }
        }
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void timeNeverRunsBackwards() {
        Decision first = team.patch(add("a"));
        team.now -= 5_000;
        Decision second = team.patch(title("a", "t"));
        assertThat(second.getDecidedAt()).isEqualTo(first.getDecidedAt());
    }
}
