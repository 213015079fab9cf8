package io.taskgraph.engine;

import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What a task's failure means for those that depend on it, and what its repair means for them. */
final class Failures {
    private Failures() {}

    /** The task fails for good. */
    static void fail(Deliberation d, Task t, String why) {
        d.emit(new TaskFailed(t.id(), Texts.cut(why, Texts.LONG_TEXT), ending(d.run(), t)));
        followed(d, t.id());
    }

    /** How many tasks end with this one if it fails. */
    static int ending(Run run, Task t) {
        return t.spec().failureMode() == FailureMode.FAIL_FAST ? run.graph().unfinishedDependents(t.id()) : 0;
    }

    /** After a task has failed: what was done for its branch is undone, what can be repaired waits for that. */
    static void followed(Deliberation d, String taskId) {
        Task t = d.run().graph().task(taskId);
        if (t.status() == Status.FAILED && t.spec().failureMode() == FailureMode.RECONCILABLE) {
            List<String> waiting = new ArrayList<>();
            for (String id : d.run().graph().dependents(taskId)) {
                Task dependent = d.run().graph().task(id);
                if (dependent.status() == Status.PENDING) {
                    d.emit(new TaskDeferred(id, because(taskId)));
                    waiting.add(id);
                }
            }
            Attempts.escalate(
                    d,
                    "task_failed",
                    taskId,
                    "it failed and can be repaired: " + t.outcome(),
                    waiting.subList(0, Math.min(100, waiting.size())));
            SettingAside.watch(d, taskId);
        }
        Compensating.branchGivenUp(d, taskId);
    }

    /** Why a task is set aside that depends on one that failed and can be repaired. */
    static String because(String taskId) {
        return Texts.cut("dependency " + taskId + " failed and can be repaired", Texts.LONG_TEXT);
    }

    /** The task is open again, or counts as done: what was set aside because of it is taken up again. */
    static void repaired(Deliberation d, String taskId) {
        for (String id : d.run().graph().dependents(taskId)) {
            Task dependent = d.run().graph().task(id);
            if (dependent.status() == Status.DEFERRED && because(taskId).equals(dependent.outcome())) {
                d.emit(new TaskRequeued(id, "dependency " + taskId + " is repaired"));
            }
        }
    }

    /** Ended tasks that depend on this one, directly or not, and that ended because of it; in topological order. */
    static List<String> endedBecauseOf(Run run, String taskId) {
        LinkedHashSet<String> ended = new LinkedHashSet<>();
        ArrayDeque<String> todo = new ArrayDeque<>(List.of(taskId));
        while (!todo.isEmpty()) {
            String from = todo.remove();
            for (String id : run.graph().dependents(from)) {
                Task t = run.graph().task(id);
                boolean because = (t.status() == Status.FAILED || t.status() == Status.CANCELLED)
                        && t.outcome() != null
                        && (t.outcome().equals("dependency " + from + " failed")
                                || t.outcome().equals("dependency " + from + " was cancelled"));
                if (because && !t.archived() && ended.add(id)) {
                    todo.add(id);
                }
            }
        }
        return List.copyOf(ended);
    }
}
