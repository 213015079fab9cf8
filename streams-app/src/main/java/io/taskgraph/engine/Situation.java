package io.taskgraph.engine;

import io.taskgraph.policy.contract.ReconcilePolicy;
import io.taskgraph.policy.contract.Risk;

/**
 * What a strategy sees when it is asked what to do about a task: what is desired, and what was observed. Read-only values; a
 * strategy that looks at nothing else answers the same whenever it is asked.
 *
 * @param trigger why it is asked
 * @param run the run
 * @param task the task
 * @param error what went wrong, in the words of who reported it
 * @param retryable whether whoever reported it thinks that another attempt may succeed
 * @param maxRetries how many attempts after the first the policy gives a task
 * @param policy how the policy wants what went wrong repaired
 */
public record Situation(
        Trigger trigger,
        OfRun run,
        OfTask task,
        String error,
        boolean retryable,
        int maxRetries,
        ReconcilePolicy policy) {

    /** Why a strategy is asked. */
    public enum Trigger {
        /** An attempt was reported as failed. */
        ATTEMPT_FAILED,
        /** The worker was lost. */
        WORKER_LOST,
        /** The attempt took longer than it may. */
        OUT_OF_TIME,
        /** A reviewer sent the result back. */
        RESULT_REJECTED
    }

    /**
     * The run.
     *
     * @param unfinished tasks that have not ended
     * @param inFlight attempts in flight
     * @param degraded whether many workers were lost at once and the run is not stable again
     */
    public record OfRun(String id, int unfinished, int inFlight, boolean degraded) {}

    /**
     * The task.
     *
     * @param risk how much harm it can do
     * @param attempt the attempt that ended, from 1
     * @param failures attempts that failed, this one included
     * @param waiting how many unfinished tasks depend on it
     */
    public record OfTask(String id, Risk risk, String agentType, int attempt, int failures, int waiting) {}

    /** Whether the policy gives the task another attempt. */
    public boolean attemptsLeft() {
        return task.failures() <= maxRetries;
    }
}
