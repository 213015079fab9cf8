package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a task's failure means for those that depend on it, by its failure mode. */
class FailureModeTest {
    private static final AttemptFailed GIVEN_UP = new AttemptFailed("a", 1, "w", "no disk", false, null);

    private final Team team = Team.reconciling("max_workers: 4", "");

    /** b and c depend on a, d on b; x on nothing. */
    private Decision failing(FailureMode mode) {
        team.patch(add(mode(mode, spec("a"))), add("b", "a"), add("c", "a"), add("d", "b"), add("x"));
        team.start("w", "a", 1);
        return team.report("w", "a", 1, failed("no disk", false));
    }

    @Test
    void failFastTakesAllAlongInOneDecision() {
        assertAccepted(failing(FailureMode.FAIL_FAST), GIVEN_UP, new TaskFailed("a", "no disk", 3));
        for (String id : List.of("b", "c", "d")) {
            assertThat(team.status(id)).isEqualTo(Status.FAILED);
        }
        assertThat(team.task("d").outcome()).isEqualTo("dependency b failed");
        assertThat(team.status("x")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void continueLetsThemGoOnAndSeeThatItFailed() {
        assertAccepted(
                failing(FailureMode.CONTINUE),
                GIVEN_UP,
                new TaskFailed("a", "no disk", 0),
                new TaskDispatched("b", 1, null),
                new TaskDispatched("c", 1, null));
        team.reload();
        assertThat(team.status("d")).isEqualTo(Status.PENDING);
        for (String id : List.of("b", "c", "x", "d")) {
            team.finish("w", id, 1);
        }
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertThat(team.run.graph().count(Status.FAILED)).isEqualTo(1);
    }

    private void reconcilable() {
        String because = "dependency a failed and can be repaired";
        assertAccepted(
                failing(FailureMode.RECONCILABLE),
                GIVEN_UP,
                new TaskFailed("a", "no disk", 0),
                new TaskDeferred("b", because),
                new TaskDeferred("c", because),
                new Escalated("task_failed", "a", "it failed and can be repaired: no disk", List.of("b", "c")));
        assertThat(team.status("d")).isEqualTo(Status.PENDING);
        team.finish("w", "x", 1);
        assertThat(team.run.phase()).as("it waits for the repair").isEqualTo(Phase.EXECUTING);
    }

    @Test
    void reconcilableSetsThemAsideUntilItIsRepaired() {
        reconcilable();
        assertAccepted(
                team.direct(new RetryTask("a", false)),
                new TaskReopened("a", "because"),
                new TaskRequeued("b", "dependency a is repaired"),
                new TaskRequeued("c", "dependency a is repaired"),
                new TaskDispatched("a", 2, null));
        for (String id : List.of("a", "b", "c", "d")) {
            team.finish("w", id, team.task(id).attempt());
        }
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertThat(team.run.graph().count(Status.DONE)).isEqualTo(5);
    }

    @Test
    void orIsGoneOnWithout() {
        reconcilable();
        assertAccepted(
                team.direct(new SkipTask("a")),
                new TaskReopened("a", "skipped: because"),
                new TaskResolved("a", TaskStatus.DONE, "skipped: because", 0),
                new TaskRequeued("b", "dependency a is repaired"),
                new TaskRequeued("c", "dependency a is repaired"),
                new TaskDispatched("b", 1, null),
                new TaskDispatched("c", 1, null));
    }

    @Test
    void whatAPlannerSetAsideStaysSo() {
        team.patch(add(mode(FailureMode.RECONCILABLE, spec("a"))), add("b", "a"));
        team.patch(Messages.set("b", TaskStatus.DEFERRED));
        team.start("w", "a", 1);
        team.report("w", "a", 1, failed("no disk", false));
        team.direct(new RetryTask("a", false));
        assertThat(team.status("b")).isEqualTo(Status.DEFERRED);
    }

    @Test
    void whatIsCancelledTakesAllAlongWhateverItsMode() {
        team.patch(add(mode(FailureMode.CONTINUE, spec("a"))), add("b", "a"));
        team.patch(Messages.set("a", TaskStatus.CANCELLED));
        assertThat(team.status("b")).isEqualTo(Status.CANCELLED);
    }
}
