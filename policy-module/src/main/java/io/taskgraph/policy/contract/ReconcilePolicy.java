package io.taskgraph.policy.contract;

/**
 * How what went wrong is repaired, and patches are rebased; where the flag {@code reconcile} is on.
 *
 * @param strategy name of the strategy that proposes what to do
 * @param rebase whether a patch for an older graph version is taken if it touches nothing that changed since
 * @param everyMillis the period after which what stands otherwise than it should is looked at again, in milliseconds; 0: the
 *     strategy is asked on events alone
 * @param atRetryCap what becomes of a task that is not tried again
 */
public record ReconcilePolicy(
        String strategy,
        boolean rebase,
        long everyMillis,
        AtRetryCap atRetryCap,
        Backoff backoff,
        Degraded degraded,
        Review review) {

    /** What a document gets that leaves the section out. */
    public static final ReconcilePolicy DEFAULT =
            new ReconcilePolicy("standard", false, 0, AtRetryCap.FAIL, Backoff.NONE, Degraded.NEVER, Review.NONE);
}
