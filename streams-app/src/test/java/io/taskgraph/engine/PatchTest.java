package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.archive;
import static io.taskgraph.engine.Messages.depend;
import static io.taskgraph.engine.Messages.op;
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

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
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
import io.taskgraph.policy.contract.Caps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
        assertAccepted(team.patch(set("a", TaskStatus.PENDING)), new TaskRequeued("a", "by the planner"));
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
    void dependencies() {
        team.patch(add("x"));
        assertAccepted(team.patch(depend("x", "a")), new DependencyAdded("x", "a"));
        assertThat(team.status("x")).isEqualTo(Status.PENDING);
        assertAccepted(team.patch(depend("x", "a")));
        assertAccepted(team.patch(undepend("x", "a")), new DependencyRemoved("x", "a"));
        assertThat(team.status("x")).isEqualTo(Status.READY);
        assertRefused(
                team.patch(undepend("x", "a")),
                RejectionCode.UNKNOWN_DEPENDENCY,
                "task_id",
                "x",
                "depends_on",
                "a",
                "operation",
                "0");
    }

    @Test
    void aTaskThatWaitsForOneThatHasFailedEndsWithIt() {
        team.patch(add("bad"), add("void"), add("waits", "c"), add("free"));
        team.patch(set("bad", TaskStatus.FAILED), set("void", TaskStatus.CANCELLED));
        assertAccepted(
                team.patch(add("x", "bad"), add("y", "x"), add("z", "void"), depend("b", "bad")),
                new TaskAdded(spec("x", "bad")),
                new TaskAdded(spec("y", "x")),
                new TaskAdded(spec("z", "void")),
                new DependencyAdded("b", "bad"),
                new TaskFailed("x", "dependency bad failed", 1),
                new TaskResolved("z", TaskStatus.CANCELLED, "dependency void was cancelled", 0),
                new TaskFailed("b", "dependency bad failed", 2));
        assertThat(team.status("y")).isEqualTo(Status.FAILED);
        assertThat(team.status("waits")).isEqualTo(Status.FAILED);
        assertThat(team.status("a")).isEqualTo(Status.READY);
        assertThat(team.task("waits").changedAtVersion()).isEqualTo(4);
    }

    /** As it is with longer cycles: operations are tried in order, and their result is judged. */
    @Test
    void aDependencyOnItselfThatIsTakenBackInTheSamePatchIsNone() {
        assertAccepted(
                team.patch(depend("a", "a"), undepend("a", "a")),
                new DependencyAdded("a", "a"),
                new DependencyRemoved("a", "a"));
        assertAccepted(
                team.patch(add("x", "x"), undepend("x", "x")),
                new TaskAdded(spec("x", "x")),
                new DependencyRemoved("x", "x"));
        assertThat(team.status("x")).isEqualTo(Status.READY);
        assertThat(team.status("a")).isEqualTo(Status.READY);
        assertAccepted(team.patch(add("y", "y"), remove("y")), new TaskAdded(spec("y", "y")), new TaskRemoved("y"));
        assertRefused(team.patch(depend("x", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"x\"]");
        assertThat(team.status("x")).isEqualTo(Status.READY);
    }

    @Test
    void cyclesNameTheirPath() {
        assertRefused(team.patch(add("x", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"x\"]");
        assertRefused(team.patch(depend("a", "a")), RejectionCode.CYCLE, "path", "[\"a\",\"a\"]");
        assertRefused(team.patch(add("x", "y"), add("y", "x")), RejectionCode.CYCLE, "path", "[\"x\",\"y\",\"x\"]");
        assertRefused(team.patch(depend("a", "c")), RejectionCode.CYCLE, "path", "[\"a\",\"c\",\"b\",\"a\"]");
        assertAccepted(team.patch(add("x", "c")), new TaskAdded(spec("x", "c")));
    }

    @Test
    void aCycleOfAThousand() {
        List<Operation> chain = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            chain.add(add("n%03d".formatted(i), "n%03d".formatted((i + 1) % 1000)));
            path.add("\"n%03d\"".formatted(i));
        }
        path.add("\"n000\"");
        String expected = "[" + String.join(",", path) + "]";
        assertRefused(team.patch(chain), RejectionCode.CYCLE, "path", expected);
        assertThat(team.run.graph().size()).isEqualTo(3);

        Operation closing = chain.set(999, add("n999"));
        team.patch(chain);
        assertThat(closing).isNotNull();
        assertRefused(team.patch(depend("n999", "n000")), RejectionCode.CYCLE, "path", expected);
    }

    @Test
    void aCycleThatIsOpenedAgainInTheSamePatchIsNone() {
        assertAccepted(
                team.patch(depend("a", "c"), undepend("c", "b")),
                new DependencyAdded("a", "c"),
                new DependencyRemoved("c", "b"));
        assertThat(team.status("c")).isEqualTo(Status.READY);
        assertThat(team.status("a")).isEqualTo(Status.PENDING);
    }

    @Test
    void removingATask() {
        assertRefused(team.patch(remove("b")), RejectionCode.HAS_DEPENDENTS, "task_id", "b", "dependents", "[\"c\"]");
        assertAccepted(
                team.patch(remove("b"), undepend("c", "b")), new TaskRemoved("b"), new DependencyRemoved("c", "b"));
        assertThat(team.task("b")).isNull();
        assertThat(team.task("c").dependsOn()).isEmpty();
        assertThat(team.status("c")).isEqualTo(Status.READY);
        assertAccepted(
                team.patch(add("b"), remove("a"), remove("b")),
                new TaskAdded(spec("b")),
                new TaskRemoved("a"),
                new TaskRemoved("b"));
        assertThat(team.run.graph().tasks()).map(Task::id).containsExactly("c");
    }

    @Test
    void aTaskMayBeRemovedAndAddedAgainUnderItsDependents() {
        assertAccepted(team.patch(remove("a"), add("a")), new TaskRemoved("a"), new TaskAdded(spec("a")));
        assertThat(team.task("a").ordinal()).isEqualTo(4);
        assertThat(team.run.graph().dependents("a")).containsExactly("b");
    }

    @Test
    void tasksInFlight() {
        Team t = Team.with(Team.workers(1));
        t.patch(add("a"), add("b"));
        String[] details = {"task_id", "a", "status", "DISPATCHED", "operation", "0"};
        assertRefused(t.patch(remove("a")), RejectionCode.TASK_IN_FLIGHT, details);
        assertRefused(t.patch(depend("a", "b")), RejectionCode.TASK_IN_FLIGHT, details);
        assertThat(t.patch(title("a", "x")).getRejection()).isNull();
        assertThat(t.status("a")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void archiving() {
        assertRefused(
                team.patch(archive("a")),
                RejectionCode.TASK_NOT_TERMINAL,
                "task_id",
                "a",
                "status",
                "READY",
                "operation",
                "0");
        assertAccepted(
                team.patch(set("a", TaskStatus.DONE), archive("a")),
                new TaskResolved("a", TaskStatus.DONE, "by the planner", 0),
                new TaskArchived("a"));
        assertThat(team.run.graph().liveSize()).isEqualTo(2);
        assertThat(team.run.graph().size()).isEqualTo(3);
        assertThat(team.status("b")).as("dependents keep seeing it as it ended").isEqualTo(Status.READY);
        assertRefused(
                team.patch(archive("a")),
                RejectionCode.TASK_ARCHIVED,
                "task_id",
                "a",
                "status",
                "DONE",
                "operation",
                "0");
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

    @Test
    void capsHold() {
        Caps caps = Team.CAPS
                .with(Cap.MAX_TASKS, 3)
                .with(Cap.MAX_WORKERS, 0)
                .with(Cap.MAX_PATCH_OPERATIONS, 3)
                .with(Cap.MAX_PAYLOAD, 10);
        Team t = Team.with(caps);
        List<Operation> four = IntStream.range(0, 4).mapToObj(i -> add("t" + i)).toList();
        assertRefused(
                t.patch(four), RejectionCode.CAP_EXCEEDED, "cap", "max_patch_operations", "limit", "3", "value", "4");
        t.patch(four.subList(0, 3));
        assertRefused(t.patch(four.get(3)), RejectionCode.CAP_EXCEEDED, "cap", "max_tasks", "limit", "3", "value", "4");
        TaskChange c = new TaskChange();
        c.setPayload(new TextChange("ümläüten"));
        assertRefused(
                t.patch(update("t0", c)),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_payload",
                "limit",
                "10",
                "value",
                "11",
                "operation",
                "0");
    }

    @Test
    void aPatchOfTenThousandOperationsAndOneMore() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ops.add(i == 0 ? add("t0") : add("t" + i, "t" + (i - 1)));
        }
        assertThat(team.patch(ops).getFacts()).hasSize(10_000);
        assertThat(team.run.graph().size()).isEqualTo(10_003);
        ops.add(add("one-more"));
        assertRefused(
                team.patch(ops),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_patch_operations",
                "limit",
                "10000",
                "value",
                "10001");
    }

    @Test
    void aPayloadOfTwoMegabytes() {
        TaskSpec s = spec("big");
        s.setPayload("x".repeat(2_000_000));
        assertRefused(
                team.patch(add(s)),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "max_payload",
                "limit",
                "65536",
                "value",
                "2000000",
                "operation",
                "0");
    }

    @Test
    void aDecisionThatTheLogDoesNotTakeIsRefused() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TaskSpec s = spec("t" + i);
            s.setPayload("x".repeat(60_000));
            ops.add(op(new AddTask(s)));
        }
        var d = team.patch(ops);
        assertRefused(
                d,
                RejectionCode.TOO_LARGE,
                "limit",
                "1020000",
                "value",
                d.getRejection().getDetails().get("value"));
        assertThat(Integer.parseInt(d.getRejection().getDetails().get("value"))).isBetween(1_200_000, 1_210_000);
        assertThat(team.run.graph().size()).isEqualTo(3);
        assertThat(team.patch(ops.subList(0, 14)).getFacts()).hasSize(14);
    }

    @Test
    void aTaskWhoseDependenciesNoRecordTakesIsRefused() {
        List<Operation> ops = new ArrayList<>();
        TaskSpec join = spec("join");
        for (int i = 0; i < 4_000; i++) {
            String id = "%04d".formatted(i) + "x".repeat(250);
            ops.add(add(id));
            join.getDependsOn().add(id);
        }
        team.patch(ops.subList(0, 2_000));
        team.patch(ops.subList(2_000, 4_000));
        assertRefused(team.patch(add(join)), RejectionCode.TOO_LARGE, "limit", "1020000", "value", "1024000");
        team.patch(add("join"));
        List<Operation> edges =
                join.getDependsOn().stream().map(id -> depend("join", id)).toList();
        team.patch(edges.subList(0, 1_500));
        team.patch(edges.subList(1_500, 3_000));
        assertRefused(
                team.patch(edges.subList(3_000, 4_000)),
                RejectionCode.TOO_LARGE,
                "limit",
                "1020000",
                "value",
                "1024000");
        assertThat(team.task("join").dependsOn()).hasSize(3_000);
    }

    @Test
    void aRefusalIsNeverTooLarge() {
        List<Operation> ops = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            ops.add(add("界".repeat(200) + i, "界".repeat(200) + (i + 1) % 3_000));
        }
        var d = team.patch(ops);
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.CYCLE);
        assertThat(d.getRejection().getDetails()).containsEntry("path_count", "3001");
        assertThat(DecisionEncoder.PLAIN.encode(d)).hasSizeLessThan(400_000);
        var unknown = team.patch(remove("x".repeat(500_000)));
        assertRefused(unknown, RejectionCode.UNKNOWN_TASK, "task_id", "x".repeat(512), "operation", "0");
    }

    private static io.taskgraph.avro.PhaseChanged phase(String from, String to) {
        return new io.taskgraph.avro.PhaseChanged(
                io.taskgraph.avro.Phase.valueOf(from), io.taskgraph.avro.Phase.valueOf(to), "every task has ended", "");
    }
}
