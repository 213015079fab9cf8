package io.taskgraph.engine;

import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.ReconcilePolicy;
import io.taskgraph.policy.contract.Risk;

/**
 * What a strategy sees when it is asked what to do about a task: what is desired, and what was observed. Read-only values; a
 * strategy that looks at nothing else answers the same whenever it is asked.
 *
 * @param trigger why it is asked
 * @param periods asked by a pass: for how many whole periods of {@code every} it has stood so, from 1; else 0
 * @param run the run
 * @param task the task
 * @param error what went wrong, in the words of who reported it; empty where nothing did
 * @param retryable whether whoever reported it thinks that another attempt may succeed
 * @param maxRetries how many attempts after the first the policy gives a task
 * @param policy how the policy wants what went wrong repaired
 */
public record Situation(
        Trigger trigger,
        long periods,
        OfRun run,
        OfTask task,
        String error,
        boolean retryable,
        int maxRetries,
        ReconcilePolicy policy) {

    /** Why a strategy is asked. The last four are what passes find. */
    public enum Trigger {
        /** An attempt was reported as failed. */
        ATTEMPT_FAILED,
        /** The worker was lost. */
        WORKER_LOST,
        /** The worker says what it works on, and has not named the attempt for too long: it was restarted. */
        WORKER_RESTARTED,
        /** The attempt took longer than it may. */
        OUT_OF_TIME,
        /** A reviewer sent the result back. */
        RESULT_REJECTED,
        /** Nobody took the dispatch up in time. It is offered again unless the strategy says otherwise. */
        NOT_TAKEN_UP,
        /** The attempt is alive, and takes longer than was expected. */
        OVERDUE,
        /** The attempt, or whoever takes the task up next, waits for an answer by the planners. */
        CONTEXT_WANTED,
        /** The task was set aside after an attempt failed, and nobody has taken it up. */
        SET_ASIDE,
        /** The task failed, others wait for its repair, and nobody has repaired it. */
        TO_BE_REPAIRED;

        /** Whether an attempt failed by it, so that something has to become of the task. */
        public boolean isFailure() {
            return compareTo(RESULT_REJECTED) <= 0;
        }

        /** Whether it is found by passes. */
        public boolean isOfPass() {
            return compareTo(OVERDUE) >= 0;
        }
    }

    /**
     * The run.
     *
     * @param unfinished tasks that have not ended
     * @param inFlight attempts in flight
     * @param slots how many may be
     * @param degraded whether many workers were lost at once and the run is not stable again
     * @param slowed whether a strategy has slowed it down
     * @param mail whether context can be asked for
     * @param undoings how many more tasks may undo others
     */
    public record OfRun(
            String id,
            int unfinished,
            int inFlight,
            int slots,
            boolean degraded,
            boolean slowed,
            boolean mail,
            int undoings) {}

    /**
     * The task.
     *
     * @param status where it is
     * @param risk how much harm it can do
     * @param attempt its last attempt, from 1
     * @param failures attempts that failed
     * @param waiting how many tasks depend on it
     */
    public record OfTask(
            String id,
            Status status,
            Risk risk,
            String agentType,
            FailureMode failureMode,
            int attempt,
            int failures,
            int waiting) {
        /** Attempts that ended without having failed: offered in vain, or given back. */
        public int inVain() {
            return attempt - failures;
        }
    }

    /** Whether the policy gives the task another attempt. */
    public boolean attemptsLeft() {
        return task.failures() <= maxRetries;
    }

    /** The same if the policy gave the task any number of attempts. */
    Situation withAttemptsLeft() {
        return new Situation(trigger, periods, run, task, error, retryable, Integer.MAX_VALUE, policy);
    }
}
