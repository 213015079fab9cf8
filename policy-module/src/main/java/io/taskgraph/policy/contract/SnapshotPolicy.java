package io.taskgraph.policy.contract;

/**
 * When snapshots of a run are taken; where the flag {@code trace_replay} is on.
 *
 * @param every a snapshot each time the run has had so many decisions more; 0: not by count
 * @param intervalMillis a snapshot at the first decision that comes so long after the last snapshot, in milliseconds; 0:
 *     not by time
 * @param atEnd whether one is taken when the run ends
 * @param keep how many stand beside one another, the newest; what the history that is left needs stays in any case
 */
public record SnapshotPolicy(int every, long intervalMillis, boolean atEnd, int keep) {
    /** What a document gets that leaves the section out. */
    public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(10_000, 0, true, 2);
}
