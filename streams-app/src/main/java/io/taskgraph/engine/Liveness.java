package io.taskgraph.engine;

/** What is known of workers since they were last heard: soft state, fed by heartbeats and reports, not part of a run. */
public interface Liveness {
    /** Nobody was heard since the leases were given. */
    Liveness SILENT = worker -> 0;

    /** When the worker was last heard on this run, in milliseconds since the epoch on the control plane's clock; 0: never. */
    long lastHeardAt(String workerId);

    /**
     * Since when the worker, which says what it works on, has not named that attempt, in milliseconds since the epoch on the
     * control plane's clock; 0: its last heartbeat did, or does not say.
     */
    default long forgottenSince(String workerId, String taskId, int attempt) {
        return 0;
    }

    /** Offset of the worker's last heartbeat for this run, as far as heartbeats were read; -1: none since listening began. */
    default long heartbeatOf(String workerId) {
        return -1;
    }

    /** How far the worker's last heartbeat said that the attempt was; null: it did not say. */
    default String progressOf(String workerId, String taskId, int attempt) {
        return null;
    }

    /** As much of what an attempt says of its progress as is kept: 4,096 characters. */
    static String kept(String progress) {
        return progress.substring(0, Math.min(Texts.LONG_TEXT, progress.length()));
    }
}
