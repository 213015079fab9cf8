package io.taskgraph.engine;

/** What is known of when workers were last heard: soft state, fed by heartbeats and reports, not part of a run. */
public interface Liveness {
    /** Nobody was heard since the leases were given. */
    Liveness SILENT = worker -> 0;

    /** When the worker was last heard on this run, in milliseconds since the epoch on the control plane's clock; 0: never. */
    long lastHeardAt(String workerId);
}
