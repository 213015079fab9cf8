package io.taskgraph.engine;

import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.PatchSubject;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** Tries the operations of one patch in order; {@link PatchJudge} then judges the result as a whole. */
final class Patch {
    private record Kind<T>(BiFunction<Patch, T, Rejection> attempt, Function<T, List<String>> tasks) {}

    /** Why a task is set aside, taken up again or ended that a patch says so of. */
    static final String BY_PLANNER = "by the planner";

    private static final Map<Class<?>, Kind<?>> KINDS = new HashMap<>();
    private static final Set<TaskStatus> SETTABLE = EnumSet.of(
            TaskStatus.PENDING, TaskStatus.DEFERRED, TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED);

    static {
        on(AddTask.class, Patch::addTask, o -> List.of(o.getTask().getTaskId()));
        on(UpdateTask.class, Patch::updateTask, o -> List.of(o.getTaskId()));
        on(RemoveTask.class, Patch::removeTask, o -> List.of(o.getTaskId()));
        on(AddDependency.class, Patch::addDependency, o -> List.of(o.getTaskId(), o.getDependsOn()));
        on(RemoveDependency.class, Patch::removeDependency, o -> List.of(o.getTaskId(), o.getDependsOn()));
        on(ArchiveTask.class, Patch::archiveTask, o -> List.of(o.getTaskId()));
    }

    private final Deliberation d;
    private final TaskGraph graph;
    private final PatchJudge judge;

    Patch(Deliberation d) {
        this.d = d;
        this.graph = d.run().graph();
        this.judge = new PatchJudge(d);
    }

    private static <T> void on(
            Class<T> kind, BiFunction<Patch, T, Rejection> attempt, Function<T, List<String>> tasks) {
        KINDS.put(kind, new Kind<>(attempt, tasks));
    }

    /** The kinds of operation that are understood. */
    static Set<Class<?>> kinds() {
        return Set.copyOf(KINDS.keySet());
    }

    /** Ids of the tasks that an operation names. */
    @SuppressWarnings("unchecked")
    static List<String> tasksOf(SpecificRecord operation) {
        return ((Kind<SpecificRecord>) KINDS.get(operation.getClass())).tasks.apply(operation);
    }

    /** What the policy is told of a patch, whose operations were all accepted. */
    static PatchSubject subject(List<Operation> operations) {
        int added = 0;
        int updated = 0;
        int removed = 0;
        Risk highest = Risk.READ;
        for (Operation o : operations) {
            Risk risk = Risk.READ;
            if (o.getAddTask() != null) {
                added++;
                risk = Questions.risk(Vocabulary.risk(o.getAddTask().getTask().getRisk()));
            } else if (o.getUpdateTask() != null) {
                updated++;
                io.taskgraph.avro.Risk changed = o.getUpdateTask().getChanges().getRisk();
                risk = changed == null ? Risk.READ : Questions.risk(Vocabulary.risk(changed));
            } else if (o.getRemoveTask() != null) {
                removed++;
            }
            highest = risk.compareTo(highest) > 0 ? risk : highest;
        }
        return new PatchSubject(operations.size(), added, updated, removed, highest);
    }

    /** Why the patch is refused, with the position of the operation where one is to blame, or null. */
    @SuppressWarnings("unchecked")
    Rejection decide(List<Operation> operations) {
        int cap = d.caps().maxPatchOperations();
        if (operations.size() > cap) {
            return Refusal.capExceeded("max_patch_operations", cap, operations.size(), "split the patch");
        }
        for (int i = 0; i < operations.size(); i++) {
            SpecificRecord kind = OneOf.OPERATION.kind(operations.get(i));
            Rejection r = kind == null
                    ? Refusal.of(
                                    RejectionCode.UNSUPPORTED,
                                    "operation " + i + " sets none or several of the kinds this version knows")
                            .build()
                    : ((Kind<SpecificRecord>) KINDS.get(kind.getClass())).attempt.apply(this, kind);
            if (r != null) {
                r.getDetails().put("operation", Integer.toString(i));
                return r;
            }
        }
        return judge.judge();
    }

    private Rejection addTask(AddTask op) {
        String id = op.getTask().getTaskId();
        Rejection r = Specs.ofSpec(op.getTask(), d.policy());
        if (r != null) {
            return r;
        }
        if (graph.task(id) != null) {
            return Refusal.of(
                            RejectionCode.DUPLICATE_TASK,
                            "the run has a task " + Texts.quoted(id) + " already; update it or choose another id")
                    .with("task_id", id)
                    .build();
        }
        d.emit(new TaskAdded(op.getTask()));
        judge.added(id);
        return null;
    }

    private Rejection updateTask(UpdateTask op) {
        Task t = graph.task(op.getTaskId());
        Rejection r = changeable(op.getTaskId(), t);
        r = r == null ? Specs.ofChange(op.getChanges(), d.policy()) : r;
        r = r == null && op.getChanges().getToolpacks() != null ? notInFlight(t, "given other extensions") : r;
        if (r != null) {
            return r;
        }
        TaskStatus to = op.getStatus();
        if (to != null && !SETTABLE.contains(to)) {
            return Refusal.invalid("status", "cannot be set to " + to + "; set one of " + SETTABLE);
        }
        TaskChange change = op.getChanges();
        if (!Vocabulary.changed(t.spec(), change).equals(t.spec())
                || change.getBudget() != null
                || change.getLimits() != null
                || change.getToolpacks() != null) {
            d.emit(new TaskUpdated(t.id(), change));
        }
        if (to != null) {
            setStatus(t, to);
        } else if (d.run().tables().awaited.get(t.id()) != null
                && (change.getToolpacks() != null || change.getAgentType() != null)) {
            d.emit(new TaskRequeued(t.id(), "what it needs or who does it is otherwise"));
        }
        return null;
    }

    private void setStatus(Task t, TaskStatus to) {
        String by = BY_PLANNER;
        if (t.status().isInFlight()) {
            d.emit(new LeaseRevoked(
                    t.id(), t.attempt(), Workers.orNone(t.workerId()), "set to " + to + " " + by, null));
        }
        switch (to) {
            case PENDING -> {
                if (t.status() == Status.DEFERRED || t.status().isInFlight()) {
                    d.emit(new TaskRequeued(t.id(), by));
                }
            }
            case DEFERRED -> {
                if (t.status() != Status.DEFERRED) {
                    d.emit(new TaskDeferred(t.id(), by));
                }
            }
            case DONE -> {
                d.emit(new TaskResolved(t.id(), to, by, 0));
                Failures.repaired(d, t.id());
            }
            default -> {
                int ending = to == TaskStatus.FAILED
                        ? Failures.ending(d.run(), graph.task(t.id()))
                        : graph.unfinishedDependents(t.id());
                d.emit(new TaskResolved(t.id(), to, by, ending));
                Failures.followed(d, t.id());
            }
        }
    }

    private Rejection removeTask(RemoveTask op) {
        Task t = graph.task(op.getTaskId());
        Rejection r = changeable(op.getTaskId(), t);
        r = r == null ? notInFlight(t, "removed") : r;
        if (r == null) {
            d.emit(new TaskRemoved(t.id()));
            judge.removed(t.id());
        }
        return r;
    }

    private Rejection addDependency(AddDependency op) {
        Task t = graph.task(op.getTaskId());
        if (t == null) {
            return Refusal.unknownTask(op.getTaskId());
        }
        if (t.dependsOn().contains(op.getDependsOn())) {
            return null;
        }
        Rejection r = changeable(op.getTaskId(), t);
        r = r == null ? Specs.ofId("dependency of task " + Texts.quoted(t.id()), op.getDependsOn()) : r;
        r = r == null ? notInFlight(t, "given another dependency") : r;
        if (r != null) {
            return r;
        }
        d.emit(new DependencyAdded(t.id(), op.getDependsOn()));
        judge.dependsOn(t.id(), op.getDependsOn());
        return null;
    }

    private Rejection removeDependency(RemoveDependency op) {
        Task t = graph.task(op.getTaskId());
        Rejection r = changeable(op.getTaskId(), t);
        if (r != null) {
            return r;
        }
        if (!t.dependsOn().contains(op.getDependsOn())) {
            return Refusal.of(
                            RejectionCode.UNKNOWN_DEPENDENCY,
                            "task " + Texts.quoted(t.id()) + " does not depend on " + Texts.quoted(op.getDependsOn()))
                    .with("task_id", t.id())
                    .with("depends_on", op.getDependsOn())
                    .build();
        }
        d.emit(new DependencyRemoved(t.id(), op.getDependsOn()));
        return null;
    }

    private Rejection archiveTask(ArchiveTask op) {
        Task t = graph.task(op.getTaskId());
        if (t == null) {
            return Refusal.unknownTask(op.getTaskId());
        }
        if (!t.status().isTerminal()) {
            return ofStatus(t, RejectionCode.TASK_NOT_TERMINAL, "only a terminal task can be archived");
        }
        if (t.archived()) {
            return ofStatus(t, RejectionCode.TASK_ARCHIVED, "it is archived already");
        }
        d.emit(new TaskArchived(t.id()));
        return null;
    }

    private static Rejection changeable(String id, Task t) {
        if (t == null) {
            return Refusal.unknownTask(id);
        }
        return t.status().isTerminal()
                ? ofStatus(t, RejectionCode.TASK_TERMINAL, "a terminal task is never changed; add another")
                : null;
    }

    private static Rejection notInFlight(Task t, String what) {
        return t.status().isInFlight()
                ? ofStatus(t, RejectionCode.TASK_IN_FLIGHT, "a task in flight cannot be " + what + "; defer it first")
                : null;
    }

    private static Rejection ofStatus(Task t, RejectionCode code, String why) {
        return Refusal.of(code, "task " + Texts.quoted(t.id()) + " is " + t.status() + ": " + why)
                .with("task_id", t.id())
                .with("status", t.status().name())
                .build();
    }
}
