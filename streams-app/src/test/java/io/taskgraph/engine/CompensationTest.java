package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.undoable;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.graph.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was done for a branch that is given up is undone. */
class CompensationTest {
    private static Team team(int cap) {
        return Team.reconciling("max_workers: 9, max_retries: 0, max_compensating_tasks: " + cap, "");
    }

    private static List<String> added(Decision d) {
        return d.getFacts().stream()
                .filter(f -> f.getTaskAdded() != null)
                .map(f -> f.getTaskAdded().getTask().getTaskId())
                .toList();
    }

    private static List<Escalated> escalated(Decision d) {
        return d.getFacts().stream()
                .map(Fact::getEscalated)
                .filter(e -> e != null)
                .toList();
    }

    private static Decision fail(Team team, String id) {
        team.start("w", id, 1);
        return team.report("w", id, 1, failed("no disk", false));
    }

    /** a, b and c are done in the order c, a, b; d depends on them and fails. */
    private static Decision branch(Team team) {
        team.patch(
                add(undoable(spec("a"))), add(undoable(spec("b"))), add(undoable(spec("c"))), add("d", "a", "b", "c"));
        team.finish("w", "c", 1);
        team.finish("w", "a", 1);
        team.finish("w", "b", 1);
        return fail(team, "d");
    }

    @Test
    void inReverseOrderOfCompletionOneAfterTheOther() {
        Team team = team(10);
        Decision d = branch(team);
        assertThat(added(d)).containsExactly("undo/b", "undo/a", "undo/c");
        TaskSpec first = d.getFacts().stream()
                .filter(f -> f.getTaskAdded() != null)
                .map(f -> f.getTaskAdded().getTask())
                .findFirst()
                .orElseThrow();
        TaskSpec expected = spec("undo/b");
        expected.setTitle("undo b");
        expected.setRisk(Risk.WRITE);
        expected.setFailureMode(FailureMode.CONTINUE);
        expected.setCompensates("b");
        assertThat(first).isEqualTo(expected);
        assertThat(escalated(d)).isEmpty();
        assertThat(team.status("undo/b")).isEqualTo(Status.DISPATCHED);
        assertThat(team.status("undo/a")).isEqualTo(Status.PENDING);
        team.reload();
        for (String id : List.of("undo/b", "undo/a", "undo/c")) {
            team.finish("w", id, 1);
        }
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void whatServesAnotherBranchStays() {
        Team team = team(10);
        team.patch(
                add(undoable(spec("shared"))),
                add(undoable(spec("own", "shared"))),
                add("d", "own"),
                add("other", "shared"));
        team.finish("w", "shared", 1);
        team.finish("w", "own", 1);
        assertThat(added(fail(team, "d"))).containsExactly("undo/own");
        assertThat(added(fail(team, "other"))).as("nothing needs it any more").containsExactly("undo/shared");
    }

    @Test
    void whatIsNotDoneIsNotUndone() {
        Team team = team(10);
        team.patch(add(undoable(spec("a"))), add(undoable(spec("b"))), add("d", "a"), add("e", "a", "b"));
        team.finish("w", "a", 1);
        assertThat(added(fail(team, "d"))).as("e still needs a").isEmpty();
        assertThat(added(fail(team, "b"))).as("b failed itself").containsExactly("undo/a");
    }

    @Test
    void beyondTheCapAnOperatorGetsTheList() {
        Team team = team(1);
        Decision d = branch(team);
        assertThat(added(d)).containsExactly("undo/b");
        assertThat(escalated(d))
                .containsExactly(new Escalated(
                        "compensation",
                        "d",
                        "2 of 3 tasks that were done for it cannot be undone under the policy's caps",
                        List.of("a", "c")));
    }

    @Test
    void oneThatCannotBeUndoneIsNoReasonNotToUndoTheOthers() {
        Team team = team(10);
        branch(team);
        Decision d = fail(team, "undo/b");
        assertThat(escalated(d))
                .containsExactly(
                        new Escalated("compensation", "undo/b", "task \"b\" could not be undone", List.of("b")));
        assertThat(team.status("undo/a")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void whatAPlannerHasUndoneIsNotUndoneAgain() {
        Team team = team(10);
        team.patch(add(undoable(spec("a"))), add("d", "a"));
        team.finish("w", "a", 1);
        team.patch(add(Messages.undoing("a", spec("mine"))));
        assertThat(added(fail(team, "d"))).isEmpty();
    }

    @Test
    void nothingIsUndoneTwice() {
        Team team = team(10);
        branch(team);
        team.patch(add("late", "undo/b"));
        for (String id : List.of("undo/b", "undo/a", "undo/c")) {
            team.finish("w", id, 1);
        }
        assertThat(added(fail(team, "late"))).as("nor is an undoing undone").isEmpty();
    }

    @Test
    void howATaskIsUndoneIsCheckedLikeATask() {
        Team off = Team.standard();
        assertThat(off.patch(add(undoable(spec("a")))).getRejection().getCode())
                .isEqualTo(RejectionCode.FEATURE_DISABLED);
        TaskSpec bad = undoable(spec("a"));
        bad.getCompensation().setAgentType("");
        assertThat(team(1).patch(add(bad)).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
        TaskSpec never = Messages.limited(-1, 0, 0, spec("a"));
        assertThat(team(1).patch(add(never)).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
    }
}
