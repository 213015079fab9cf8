package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.archive;
import static io.taskgraph.engine.Messages.depend;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.undepend;
import static io.taskgraph.engine.Messages.update;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.avro.TextChange;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskFields;
import io.taskgraph.policy.contract.Cap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each operation of a patch: what follows from it, and why it is refused. */
class PatchTest {
    /** Nothing is dispatched, and the first patch has started the run: only the patch's own facts follow. */
    private final Team team = Team.with(Team.workers(0));

    {
        team.patch(add("a"), add("b", "a"), add("c", "b"));
    }

    @Test
    void addingATask() {
        TaskSpec spec = spec("d", "c", "a", "c");
        spec.setTitle("title");
        spec.setPriority(-5);
        spec.setRisk(Risk.WRITE);
        spec.setAgentType("coder");
        spec.setAssignee("ann");
        spec.setPayload("{}");
        spec.setExpectedMillis(42);

        assertAccepted(team.patch(add(spec)), new TaskAdded(spec));

        TaskFields fields = new TaskFields(
                "title",
                -5,
                io.taskgraph.graph.Risk.WRITE,
                "coder",
                "ann",
                "{}",
                42,
                io.taskgraph.graph.FailureMode.FAIL_FAST);
        assertThat(team.task("d"))
                .isEqualTo(
                        new Task("d", fields, List.of("a", "c"), Status.PENDING, 4, 2, 0, 0, null, 0, null, false, 0));
        assertThat(team.run.graphVersion()).isEqualTo(2);
    }

    @Test
    void tasksOfOnePatchMayDependOnLaterOnes() {
        assertAccepted(team.patch(add("x", "y"), add("y")), new TaskAdded(spec("x", "y")), new TaskAdded(spec("y")));
        assertThat(team.status("x")).isEqualTo(Status.PENDING);
        assertThat(team.status("y")).isEqualTo(Status.READY);
    }

    @Test
    void aDuplicateTaskIsRefused() {
        assertRefused(team.patch(add("z"), add("a")), RejectionCode.DUPLICATE_TASK, "task_id", "a", "operation", "1");
        assertThat(team.task("z")).isNull();
    }

    @Test
    void anArchivedTasksIdStaysTaken() {
        team.patch(add("x"), set("x", TaskStatus.DONE), archive("x"));
        assertRefused(team.patch(add("x")), RejectionCode.DUPLICATE_TASK, "task_id", "x", "operation", "0");
    }

    @Test
    void anUnknownDependencyIsRefused() {
        assertRefused(team.patch(add("x", "nope")), RejectionCode.UNKNOWN_TASK, "task_id", "nope", "dependent", "x");
        assertRefused(team.patch(depend("a", "nope")), RejectionCode.UNKNOWN_TASK, "task_id", "nope", "dependent", "a");
    }

    @Test
    void unknownTasksAreRefused() {
        for (Operation o : List.of(
                title("nope", "t"), remove("nope"), archive("nope"), depend("nope", "a"), undepend("nope", "a"))) {
            assertRefused(
                    team.patch(title("a", "x"), o), RejectionCode.UNKNOWN_TASK, "task_id", "nope", "operation", "1");
        }
        assertThat(team.task("a").title()).isEmpty();
    }

    @Test
    void updatingATask() {
        TaskChange c = new TaskChange();
        c.setTitle("t");
        c.setPriority(7);
        c.setRisk(Risk.READ);
        c.setAgentType("writer");
        c.setAssignee(new TextChange("bob"));
        c.setFailureMode(FailureMode.FAIL_FAST);
        c.setPayload(new TextChange("p"));
        c.setExpectedMillis(9L);

        assertAccepted(team.patch(update("a", c)), new TaskUpdated("a", c));

        TaskFields fields = new TaskFields(
                "t",
                7,
                io.taskgraph.graph.Risk.READ,
                "writer",
                "bob",
                "p",
                9,
                io.taskgraph.graph.FailureMode.FAIL_FAST);
        assertThat(team.task("a"))
                .isEqualTo(new Task("a", fields, List.of(), Status.READY, 1, 2, 0, 0, null, 0, null, false, 0));

        TaskChange clear = new TaskChange();
        clear.setAssignee(new TextChange(null));
        clear.setPayload(new TextChange(null));
        assertAccepted(team.patch(update("a", clear)), new TaskUpdated("a", clear));
        assertThat(team.task("a").spec())
                .isEqualTo(new TaskFields(
                        "t",
                        7,
                        io.taskgraph.graph.Risk.READ,
                        "writer",
                        null,
                        null,
                        9,
                        io.taskgraph.graph.FailureMode.FAIL_FAST));
    }

    @Test
    void anUpdateThatChangesNothingIsAcceptedAndLeavesTheVersion() {
        assertAccepted(team.patch(title("a", ""), set("a", TaskStatus.PENDING), depend("b", "a")));
        assertThat(team.run.graphVersion()).isEqualTo(1);
        assertThat(team.run.sequence()).isEqualTo(3);
    }

    @Test
    void resolvingAsDoneFreesDependents() {
        assertAccepted(
                team.patch(set("a", TaskStatus.DONE)), new TaskResolved("a", TaskStatus.DONE, "by the planner", 0));
        assertThat(team.status("a")).isEqualTo(Status.DONE);
        assertThat(team.status("b")).isEqualTo(Status.READY);
        assertThat(team.status("c")).isEqualTo(Status.PENDING);
    }

    @Test
    void aTaskMayBeResolvedBeforeWhatItWaitsFor() {
        team.patch(set("b", TaskStatus.DONE));
        assertThat(team.status("c")).isEqualTo(Status.READY);
        assertAccepted(
                team.patch(set("a", TaskStatus.FAILED)), new TaskResolved("a", TaskStatus.FAILED, "by the planner", 0));
        assertThat(team.status("c")).isEqualTo(Status.READY);
    }

    @Test
    void resolvingAsFailedOrCancelledTakesDependentsAlong() {
        assertAccepted(
                team.patch(set("a", TaskStatus.FAILED)),
                new TaskResolved("a", TaskStatus.FAILED, "by the planner", 2),
                phase("EXECUTING", "SYNTHESIZING"),
                phase("SYNTHESIZING", "COMPLETED"));
        TaskFields none = TaskFields.DEFAULT;
        assertThat(team.run.graph().tasks())
                .containsExactly(
                        new Task("a", none, List.of(), Status.FAILED, 1, 2, 0, 0, null, 0, "by the planner", false, 0),
                        new Task(
                                "b",
                                none,
                                List.of("a"),
                                Status.FAILED,
                                2,
                                2,
                                0,
                                0,
                                null,
                                0,
                                "dependency a failed",
                                false,
                                0),
                        new Task(
                                "c",
                                none,
                                List.of("b"),
                                Status.FAILED,
                                3,
                                2,
                                0,
                                0,
                                null,
                                0,
                                "dependency b failed",
                                false,
                                0));

        Team other = Team.with(Team.workers(0));
        other.patch(add("a"), add("b", "a"), add("free"));
        assertAccepted(
                other.patch(set("a", TaskStatus.CANCELLED)),
                new TaskResolved("a", TaskStatus.CANCELLED, "by the planner", 1));
        assertThat(other.task("b"))
                .isEqualTo(new Task(
                        "b",
                        none,
                        List.of("a"),
                        Status.CANCELLED,
                        2,
                        2,
                        0,
                        0,
                        null,
                        0,
                        "dependency a was cancelled",
                        false,
                        0));
    }

    @Test
    void deferringAndTakingUpAgain() {
        assertAccepted(team.patch(set("a", TaskStatus.DEFERRED)), new TaskDeferred("a", "by the planner"));
        assertThat(team.status("a")).isEqualTo(Status.DEFERRED);
        assertAccepted(team.patch(set("a", TaskStatus.DEFERRED)));
        assertAccepted(
                team.patch(set("a", TaskStatus.PENDING)),
                new TaskRequeued("a", "by the planner"),
                Messages.reached(Cap.MAX_WORKERS, 0, 1, "a"));
        assertThat(team.status("a")).isEqualTo(Status.READY);
    }

    @Test
    void statusOfATaskInFlightRevokesItsLease() {
        for (TaskStatus to : List.of(TaskStatus.PENDING, TaskStatus.DEFERRED, TaskStatus.DONE, TaskStatus.FAILED)) {
            Team t = Team.with(Team.workers(1));
            t.patch(add("a"), add("later"));
            t.report("w", "a", 1, Messages.started());
            List<?> facts =
                    t.patch(set("a", to)).getFacts().stream().map(Facts::kind).toList();
            assertThat(facts.get(0)).isEqualTo(new LeaseRevoked("a", 1, "w", "set to " + to + " by the planner", null));
            assertThat(facts.get(1))
                    .isEqualTo(
                            switch (to) {
                                case PENDING -> new TaskRequeued("a", "by the planner");
                                case DEFERRED -> new TaskDeferred("a", "by the planner");
                                default -> new TaskResolved("a", to, "by the planner", 0);
                            });
            assertThat(facts.get(2))
                    .isEqualTo(
                            to == TaskStatus.PENDING
                                    ? new TaskDispatched("a", 2, null)
                                    : new TaskDispatched("later", 1, null));
            assertRefused(
                    t.report("w", "a", 1, submitted(null)),
                    RejectionCode.FENCED,
                    "task_id",
                    "a",
                    "attempt",
                    "1",
                    "current_attempt",
                    to == TaskStatus.PENDING ? "2" : "1",
                    "status",
                    to == TaskStatus.PENDING ? "DISPATCHED" : to.name(),
                    "worker_id",
                    "w");
        }
    }

    @Test
    void anyOtherStatusCannotBeSet() {
        for (TaskStatus s : TaskStatus.values()) {
            boolean settable = List.of("PENDING", "DEFERRED", "DONE", "FAILED", "CANCELLED")
                    .contains(s.name());
            Team t = Team.with(Team.workers(0));
            t.patch(add("a"));
            if (settable) {
                assertThat(t.patch(set("a", s)).getRejection()).isNull();
            } else {
                assertRefused(t.patch(set("a", s)), RejectionCode.INVALID_VALUE, "field", "status", "operation", "0");
            }
        }
    }

    @Test
    void terminalMeansTerminal() {
        for (TaskStatus end : List.of(TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED)) {
            Team t = Team.with(Team.workers(0));
            t.patch(add("x"), add("a", "x"), add("other"), set("a", end));
            for (Operation o : List.of(
                    title("a", "t"),
                    set("a", TaskStatus.PENDING),
                    set("a", end),
                    remove("a"),
                    depend("a", "other"),
                    undepend("a", "x"))) {
                assertRefused(
                        t.patch(o),
                        RejectionCode.TASK_TERMINAL,
                        "task_id",
                        "a",
                        "status",
                        end.name(),
                        "operation",
                        "0");
            }
            assertAccepted(t.patch(depend("a", "x")));
        }
    }

    @Test
    void versions() {
        assertThat(team.patchFor(1, title("a", "x")).getGraphVersion()).isEqualTo(2);
        assertRefused(
                team.patchFor(1, title("a", "y"), title("b", "y"), depend("c", "a")),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                "1",
                "actual_version",
                "2",
                "changed_tasks",
                "[\"a\"]");
        assertRefused(
                team.patchFor(9, title("a", "y")),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                "9",
                "actual_version",
                "2",
                "changed_tasks",
                "[]");
        team.patch(set("a", TaskStatus.CANCELLED));
        assertRefused(
                team.patchFor(2, title("c", "y"), add("new", "b")),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                "2",
                "actual_version",
                "3",
                "changed_tasks",
                "[\"b\",\"c\"]");
    }

    @Test
    void emptyPatchesAndUnsupportedOperations() {
        assertRefused(team.patch(), RejectionCode.EMPTY_PATCH);
        assertRefused(team.patch(new Operation()), RejectionCode.UNSUPPORTED, "operation", "0");
        Operation both = add("x");
        both.setRemoveTask(new RemoveTask("a"));
        assertRefused(team.patch(both), RejectionCode.UNSUPPORTED, "operation", "0");
        TaskSpec reconcilable = spec("x");
        reconcilable.setFailureMode(FailureMode.RECONCILABLE);
        assertRefused(
                team.patch(add(reconcilable)),
                RejectionCode.FEATURE_DISABLED,
                "feature",
                "reconcile",
                "operation",
                "0");
        assertThat(Team.under("name: t\nflags: {reconcile: true}\n")
                        .patch(add(reconcilable))
                        .getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
    }

    private static io.taskgraph.avro.PhaseChanged phase(String from, String to) {
        return new io.taskgraph.avro.PhaseChanged(
                io.taskgraph.avro.Phase.valueOf(from), io.taskgraph.avro.Phase.valueOf(to), "every task has ended", "");
    }
}
