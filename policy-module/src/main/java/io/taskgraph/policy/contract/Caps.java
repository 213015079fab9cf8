package io.taskgraph.policy.contract;

import java.util.Arrays;

/** The numbers that bound a run: a value for each {@link Cap}, within its range. Immutable. */
public final class Caps {
    /** What a document gets that leaves its caps out. Frozen: documents of released logs were resolved with it. */
    public static final Caps DEFAULT =
            new Caps(Arrays.stream(Cap.values()).mapToLong(Cap::ifLeftOut).toArray());

    private final long[] values;

    private Caps(long[] values) {
        this.values = values;
    }

    /** The value of a cap, in its unit: a count, bytes or milliseconds. */
    public long get(Cap cap) {
        return values[cap.ordinal()];
    }

    /**
     * The same with another value for one cap.
     *
     * @throws IllegalArgumentException if the value lies outside the cap's range
     */
    public Caps with(Cap cap, long value) {
        if (value < cap.least() || value > cap.most()) {
            throw new IllegalArgumentException(cap.key() + " must be " + cap.range() + ", not " + cap.write(value));
        }
        long[] changed = values.clone();
        changed[cap.ordinal()] = value;
        return new Caps(changed);
    }

    /** @see Cap#MAX_TASKS */
    public int maxTasks() {
        return count(Cap.MAX_TASKS);
    }

    /** @see Cap#MAX_WORKERS */
    public int maxWorkers() {
        return count(Cap.MAX_WORKERS);
    }

    /** @see Cap#MAX_DEPTH */
    public int maxDepth() {
        return count(Cap.MAX_DEPTH);
    }

    /** @see Cap#MAX_RETRIES */
    public int maxRetries() {
        return count(Cap.MAX_RETRIES);
    }

    /** @see Cap#MAX_COMPENSATING_TASKS */
    public int maxCompensatingTasks() {
        return count(Cap.MAX_COMPENSATING_TASKS);
    }

    /** @see Cap#MAX_RUNTIME */
    public long maxRuntimeMillis() {
        return get(Cap.MAX_RUNTIME);
    }

    /** @see Cap#RECONCILE_COOLDOWN */
    public long reconcileCooldownMillis() {
        return get(Cap.RECONCILE_COOLDOWN);
    }

    /** @see Cap#HEARTBEAT_STALENESS */
    public long heartbeatStalenessMillis() {
        return get(Cap.HEARTBEAT_STALENESS);
    }

    /** @see Cap#WORKER_TIMEOUT */
    public long workerTimeoutMillis() {
        return get(Cap.WORKER_TIMEOUT);
    }

    /** @see Cap#START_TIMEOUT */
    public long startTimeoutMillis() {
        return get(Cap.START_TIMEOUT);
    }

    /** @see Cap#MAX_PATCH_OPERATIONS */
    public int maxPatchOperations() {
        return count(Cap.MAX_PATCH_OPERATIONS);
    }

    /** @see Cap#MAX_PAYLOAD */
    public int maxPayloadBytes() {
        return count(Cap.MAX_PAYLOAD);
    }

    /** @see Cap#MAX_ACTIONS */
    public long maxActions() {
        return get(Cap.MAX_ACTIONS);
    }

    /** @see Cap#MAX_ACTIONS_PER_MINUTE */
    public int maxActionsPerMinute() {
        return count(Cap.MAX_ACTIONS_PER_MINUTE);
    }

    /** @see Cap#MAX_IDENTICAL_ACTIONS */
    public int maxIdenticalActions() {
        return count(Cap.MAX_IDENTICAL_ACTIONS);
    }

    private int count(Cap cap) {
        return Math.toIntExact(get(cap));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Caps caps && Arrays.equals(values, caps.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Cap cap : Cap.values()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(cap.key())
                    .append(' ')
                    .append(cap.write(get(cap)));
        }
        return text.toString();
    }
}
