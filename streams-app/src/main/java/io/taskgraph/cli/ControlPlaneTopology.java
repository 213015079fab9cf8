package io.taskgraph.cli;

import io.taskgraph.app.AppConfig;
import io.taskgraph.app.ControlPlane;
import io.taskgraph.schemas.TopicCatalogue;
import java.util.Set;

/** The control plane's topology behind the commands' view of it. */
final class ControlPlaneTopology implements Topology {
    private static final Set<String> ENDED = Set.of("PENDING_ERROR", "ERROR", "PENDING_SHUTDOWN", "NOT_RUNNING");

    private final ControlPlane controlPlane;
    private volatile boolean closing;

    private ControlPlaneTopology(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** Starts an instance; it takes a moment until it is {@link #running}. */
    static Topology start(Cluster cluster, TopicCatalogue catalogue, TopologySettings settings) {
        AppConfig config = AppConfig.of(
                        cluster.bootstrap(), cluster.registryUrl(), cluster.prefix(), settings.stateDir())
                .withPartitions(catalogue.partitions())
                .withApplicationId(settings.applicationId())
                .withThreads(settings.threads())
                .withStandbys(settings.standbys())
                .withProperties(cluster.properties());
        return new ControlPlaneTopology(ControlPlane.start(config));
    }

    @Override
    public String state() {
        return controlPlane.state();
    }

    @Override
    public boolean failed() {
        return !closing && ENDED.contains(state());
    }

    @Override
    public boolean leads() {
        return controlPlane.leads();
    }

    @Override
    public void close() {
        closing = true;
        controlPlane.close();
    }
}
