package io.taskgraph.store;

import io.taskgraph.engine.Liveness;
import java.util.HashMap;
import java.util.Map;

/**
 * When each worker was last heard on each run that has leases out. On the heap only: after a restart or a takeover
 * nobody has been heard, so that each worker gets its whole time again from then on. Not thread-safe.
 */
public final class LivenessTable {
    private final Map<String, Map<String, Long>> heard = new HashMap<>();
    private final long since;
    private long readTo = -1;

    /**
     * An empty table.
     *
     * @param since when listening began, in milliseconds since the epoch
     */
    public LivenessTable(long since) {
        this.since = since;
    }

    /** The worker was heard; a time before the last is passed over. */
    public void heard(String runId, String workerId, long at) {
        heard.computeIfAbsent(runId, r -> new HashMap<>(4)).merge(workerId, at, Math::max);
    }

    /** Heartbeats of this partition were read up to this offset, exclusive. */
    public void readTo(long offset) {
        readTo = offset;
    }

    /** The offset up to which heartbeats were read, exclusive; -1: none since listening began. */
    public long readTo() {
        return readTo;
    }

    /** What is known of one run's workers. */
    public Liveness of(String runId) {
        Map<String, Long> workers = heard.getOrDefault(runId, Map.of());
        return worker -> Math.max(since, workers.getOrDefault(worker, 0L));
    }

    /** The run has no leases out: nobody has to be heard. */
    public void forget(String runId) {
        heard.remove(runId);
    }
}
