package io.taskgraph.policy.contract;

/**
 * The numbers that bound a run.
 *
 * @param maxTasks the most tasks a run may have, archived ones not counted
 * @param maxWorkers the most attempts in flight at a time; 0: nothing is dispatched
 * @param maxRetries how many attempts after the first a task gets when attempts fail
 * @param maxPatchOperations the most operations of one patch
 * @param maxPayloadBytes the most bytes (UTF-8) of a task's payload, and of a result
 * @param heartbeatStalenessMillis how long a worker may be silent before its leases are taken from it
 * @param startTimeoutMillis how long a dispatch may lie untaken before it is offered again
 */
public record Caps(
        int maxTasks,
        int maxWorkers,
        int maxRetries,
        int maxPatchOperations,
        int maxPayloadBytes,
        long heartbeatStalenessMillis,
        long startTimeoutMillis) {

    /** What a document gets that leaves its caps out. Frozen: documents of released logs were resolved with it. */
    public static final Caps DEFAULT = new Caps(1_000_000, 64, 2, 10_000, 64 * 1024, 30_000, 600_000);

    /**
     * Checks every cap against its range.
     *
     * @throws IllegalArgumentException if one lies outside
     */
    public Caps {
        check(Cap.MAX_TASKS, maxTasks);
        check(Cap.MAX_WORKERS, maxWorkers);
        check(Cap.MAX_RETRIES, maxRetries);
        check(Cap.MAX_PATCH_OPERATIONS, maxPatchOperations);
        check(Cap.MAX_PAYLOAD, maxPayloadBytes);
        check(Cap.HEARTBEAT_STALENESS, heartbeatStalenessMillis);
        check(Cap.START_TIMEOUT, startTimeoutMillis);
    }

    private static void check(Cap cap, long value) {
        if (value < cap.least() || value > cap.most()) {
            throw new IllegalArgumentException(cap.key() + " must be " + cap.range() + ", not " + cap.write(value));
        }
    }
}
