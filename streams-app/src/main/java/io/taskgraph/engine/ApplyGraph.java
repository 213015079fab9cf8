package io.taskgraph.engine;

import io.taskgraph.avro.DependencyAdded;
import io.taskgraph.avro.DependencyRemoved;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskArchived;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.List;
import java.util.Set;

/** What facts about tasks as nodes of the graph change in a run. */
final class ApplyGraph {
    /** The facts that change the graph, and with it its version. */
    static final Set<Class<?>> CHANGES_GRAPH = Set.of(
            TaskAdded.class,
            TaskUpdated.class,
            TaskRemoved.class,
            TaskArchived.class,
            DependencyAdded.class,
            DependencyRemoved.class,
            TaskDeferred.class,
            TaskRequeued.class,
            TaskResolved.class,
            TaskReopened.class,
            TaskRestored.class,
            RunCancelled.class);

    private ApplyGraph() {}

    static void register(Applications to) {
        to.on(TaskAdded.class, ApplyGraph::added);
        to.on(TaskUpdated.class, ApplyGraph::updated);
        to.on(TaskRemoved.class, (run, f, w) -> {
            int attempt = task(run, f.getTaskId()).attempt();
            if (attempt > 0) {
                run.tables().lastAttempts.put(f.getTaskId(), new LastAttempt(f.getTaskId(), attempt));
            }
            run.graph().remove(f.getTaskId());
            run.tables().budgets.remove(f.getTaskId());
            run.tables().grants.remove(f.getTaskId());
            run.tables().compensations.remove(f.getTaskId());
            run.tables().compensables.remove(f.getTaskId());
            run.tables().limits.remove(f.getTaskId());
            run.tables().progress.remove(f.getTaskId());
            run.tables().rejections.remove(f.getTaskId());
            ApplyLoop.over(run, f.getTaskId());
            run.tables().toolpacks.remove(f.getTaskId());
            run.tables().awaited.remove(f.getTaskId());
        });
        to.on(
                TaskArchived.class,
                (run, f, w) -> change(run, w, task(run, f.getTaskId()).inArchive()));
        to.on(DependencyAdded.class, (run, f, w) -> {
            run.graph().addDependency(f.getTaskId(), f.getDependsOn());
            change(run, w, task(run, f.getTaskId()));
        });
        to.on(DependencyRemoved.class, (run, f, w) -> {
            run.graph().removeDependency(f.getTaskId(), f.getDependsOn());
            change(run, w, task(run, f.getTaskId()));
        });
        to.on(
                TaskDeferred.class,
                (run, f, w) -> change(run, w, task(run, f.getTaskId()).deferred(f.getReason())));
        to.on(TaskRequeued.class, (run, f, w) -> {
            ApplyLoop.over(run, f.getTaskId());
            run.tables().awaited.remove(f.getTaskId());
            change(run, w, task(run, f.getTaskId()).requeued());
        });
        to.on(TaskResolved.class, ApplyGraph::resolved);
        to.on(TaskReopened.class, (run, f, w) -> {
            ApplyLoop.over(run, f.getTaskId());
            run.tables().awaited.remove(f.getTaskId());
            run.tables().rejections.remove(f.getTaskId());
            change(run, w, task(run, f.getTaskId()).reopened());
        });
        to.on(TaskFailed.class, (run, f, w) -> {
            ApplyLoop.over(run, f.getTaskId());
            run.graph().update(task(run, f.getTaskId()).ended(Status.FAILED, null, f.getReason()));
            endDependents(run, f.getTaskId(), Status.FAILED, w);
        });
    }

    static Task task(Run run, String id) {
        return run.graph().task(id);
    }

    private static void change(Run run, Applications.Moment when, Task to) {
        run.graph().update(to.changedAt(when.graphVersion()));
    }

    private static void added(Run run, TaskAdded f, Applications.Moment when) {
        run.graph().add(entered(run, f.getTask(), when));
    }

    /** The next task, yet to be put into the graph; what is kept beside it is. */
    static Task entered(Run run, TaskSpec spec, Applications.Moment when) {
        long ordinal = run.header().nextOrdinal();
        run.header(run.header().withNextOrdinal(ordinal + 1));
        String id = spec.getTaskId();
        if (spec.getBudget() != null) {
            ApplyBudgets.put(run, TaskBudget.none(id).withLimit(Usage.bounds(spec.getBudget())));
        }
        if (spec.getLimits() != null) {
            limits(run, TaskLimits.none(id).with(spec.getLimits()));
        }
        if (spec.getCompensation() != null) {
            run.tables().compensables.put(id, Compensable.of(id, spec.getCompensation()));
        }
        if (!spec.getToolpacks().isEmpty()) {
            run.tables().toolpacks.put(id, TaskToolpacks.of(id, spec.getToolpacks()));
        }
        if (spec.getCompensates() != null) {
            run.tables().compensations.put(id, new Compensation(id, spec.getCompensates()));
        }
        LastAttempt before = run.tables().lastAttempts.get(id);
        run.tables().lastAttempts.remove(id);
        Task task = Task.added(id, Vocabulary.fields(spec), spec.getDependsOn(), ordinal, when.graphVersion());
        return before == null ? task : task.countingFrom(before.attempt());
    }

    private static void updated(Run run, TaskUpdated f, Applications.Moment when) {
        Task t = task(run, f.getTaskId());
        change(run, when, t.withSpec(Vocabulary.changed(t.spec(), f.getChanges())));
        if (f.getChanges().getLimits() != null) {
            limits(run, run.limits(t.id()).with(f.getChanges().getLimits()));
        }
        if (f.getChanges().getToolpacks() != null) {
            List<ExtensionRef> needed = f.getChanges().getToolpacks().getToolpacks();
            if (needed.isEmpty()) {
                run.tables().toolpacks.remove(t.id());
            } else {
                run.tables().toolpacks.put(t.id(), TaskToolpacks.of(t.id(), needed));
            }
        }
        if (f.getChanges().getBudget() != null) {
            TaskBudget b = run.budget(t.id());
            ApplyBudgets.put(
                    run, b.withLimit(Usage.orElse(Usage.bounds(f.getChanges().getBudget()), b.limit())));
        }
    }

    private static void resolved(Run run, TaskResolved f, Applications.Moment when) {
        Status end = Vocabulary.status(f.getStatus());
        ApplyLoop.over(run, f.getTaskId());
        run.tables().awaited.remove(f.getTaskId());
        change(run, when, task(run, f.getTaskId()).ended(end, null, f.getReason()));
        if (end == Status.DONE) {
            done(run, f.getTaskId(), when);
        } else {
            endDependents(run, f.getTaskId(), end, when);
        }
    }

    /** A task that says how it is undone remembers when it was done. */
    static void done(Run run, String taskId, Applications.Moment when) {
        Compensable c = run.tables().compensables.get(taskId);
        if (c != null) {
            run.tables().compensables.put(taskId, c.done(when.sequence()));
        }
    }

    private static void limits(Run run, TaskLimits l) {
        if (l.isEmpty()) {
            run.tables().limits.remove(l.taskId());
        } else {
            run.tables().limits.put(l.taskId(), l);
        }
        // Under tighter limits the date of the lease may come earlier.
        Task t = task(run, l.taskId());
        if (t != null) {
            run.look(l.taskId(), t.leasedAt());
        }
    }

    /**
     * A task's failure or cancellation takes along whatever waits for it, in this same fact, unless its failure mode says
     * otherwise. In a decision that changes the graph, those tasks are changed by it, too.
     */
    private static void endDependents(Run run, String id, Status end, Applications.Moment when) {
        if (!task(run, id).blocksDependentsForGood()) {
            return;
        }
        boolean graphChanges = when.graphVersion() > run.graphVersion();
        run.graph().endDependents(id, (t, because) -> {
            String why = "dependency " + because + (end == Status.FAILED ? " failed" : " was cancelled");
            ApplyLoop.over(run, t.id());
            Task ended = t.ended(end, null, why);
            return graphChanges ? ended.changedAt(when.graphVersion()) : ended;
        });
    }
}
