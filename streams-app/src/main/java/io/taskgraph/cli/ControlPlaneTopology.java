package io.taskgraph.cli;

import io.taskgraph.schemas.TopicCatalogue;

/** The control plane's topology behind the commands' view of it. */
final class ControlPlaneTopology implements Topology {
    private volatile boolean open = true;

    private ControlPlaneTopology() {}

    /** Starts an instance; it takes a moment until it is {@link #running}. */
    static Topology start(Cluster cluster, TopicCatalogue catalogue, TopologySettings settings) {
        return new ControlPlaneTopology();
    }

    @Override
    public String state() {
        return open ? "RUNNING" : "NOT_RUNNING";
    }

    @Override
    public boolean failed() {
        return false;
    }

    @Override
    public void close() {
        open = false;
    }
}
