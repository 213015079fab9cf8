package io.taskgraph.engine;

import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;

/**
 * Something that stands otherwise than it should, and has for a while, so that the run's strategy is asked about it again and
 * again. Found from what is stored alone.
 *
 * @param since since when it stands so, in milliseconds since the epoch
 */
record Finding(String taskId, Trigger trigger, long since) {
    /** What is to be found of the task, or null. O(actions of its attempt). */
    static Finding of(Run run, String taskId) {
        Task t = run.graph().task(taskId);
        if (t == null) {
            return null;
        }
        ContextWait asked = run.tables().contextWaits.get(taskId);
        boolean open =
                asked != null && asked.attempt() == t.attempt() && !asked.open().isEmpty();
        Watched w = run.tables().watched.get(taskId);
        if (t.status() == Status.RUNNING && open || t.status() == Status.DEFERRED && open && w != null) {
            return new Finding(taskId, Trigger.CONTEXT_WANTED, asked.since());
        }
        if (t.status() == Status.RUNNING && t.spec().expectedMillis() > 0 && !WorkingTime.standsStill(run, t)) {
            return new Finding(
                    taskId,
                    Trigger.OVERDUE,
                    WorkingTime.since(run, t) + t.spec().expectedMillis());
        }
        if (w != null && t.status() == Status.DEFERRED) {
            return new Finding(taskId, Trigger.SET_ASIDE, w.since());
        }
        if (w != null && t.status() == Status.FAILED && t.spec().failureMode() == FailureMode.RECONCILABLE) {
            return new Finding(taskId, Trigger.TO_BE_REPAIRED, w.since());
        }
        return null;
    }

    /** Whether anything would be otherwise if it were not so. O(dependents), of a task that failed. */
    boolean matters(Run run) {
        return trigger != Trigger.TO_BE_REPAIRED
                || run.graph().dependents(taskId).stream()
                        .anyMatch(id -> !run.graph().task(id).status().isTerminal());
    }

    /** For how many whole periods it has stood so. */
    long periods(long now, long everyMillis) {
        return Math.max(0, (now - since) / everyMillis);
    }

    /** When the next period is over, in milliseconds since the epoch. */
    long next(long now, long everyMillis) {
        return since + (periods(now, everyMillis) + 1) * everyMillis;
    }
}
