package io.taskgraph.policy.decision;

/**
 * What the run has done so far.
 *
 * @param actions actions that were allowed
 * @param actionsLastMinute actions asked for within the last minute
 * @param identicalActions times that this task asked for exactly this action, this time not counted
 * @param dispatches attempts that were dispatched
 * @param retries dispatches after a task's first
 * @param bypasses actions that were performed without being allowed
 * @param pendingApprovals approvals that wait
 * @param tokensSpent tokens reported
 * @param costMicrosSpent money reported, in millionths of the budget's currency
 * @param millisSpent time of attempts
 */
public record Counts(
        long actions,
        int actionsLastMinute,
        int identicalActions,
        long dispatches,
        long retries,
        long bypasses,
        int pendingApprovals,
        long tokensSpent,
        long costMicrosSpent,
        long millisSpent) {
    /** Of a run that has done nothing. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
