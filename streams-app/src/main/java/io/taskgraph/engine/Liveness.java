package io.taskgraph.engine;

/** What is known of workers since they were last heard: soft state, fed by heartbeats and reports, not part of a run. */
public interface Liveness {
    /** Nobody was heard since the leases were given. */
    Liveness SILENT = worker -> 0;

    /** When the worker was last heard on this run, in milliseconds since the epoch on the control plane's clock; 0: never. */
    long lastHeardAt(String workerId);

    /** How far the worker's last heartbeat said that the attempt was; null: it did not say. */
    default String progressOf(String workerId, String taskId, int attempt) {
        return null;
    }
}
