package io.taskgraph.cli;

import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One instance of the control plane against a cluster; start as many as there are partitions to share. */
@Command(
        name = "serve",
        description = {
            "Run one instance of the control plane against a cluster: the deployed shape.",
            "Instances with the same application id share the work. Missing topics and schemas are created."
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private Connection connection;

    @Mixin
    private TopologyOptions topologyOptions;

    @Mixin
    private KeeperOptions keeperOptions;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            defaultValue = "${env:TASKGRAPH_APPLICATION_ID}",
            description = "Streams application id, the same for all instances (env TASKGRAPH_APPLICATION_ID;"
                    + " default: the prefix without its dot).")
    private String applicationId;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "${env:TASKGRAPH_STATE_DIR}",
            description = "Where this instance keeps its stores, for it alone (env TASKGRAPH_STATE_DIR; default: a"
                    + " temporary directory, so that each start restores them from the cluster).")
    private Path stateDir;

    @Option(
            names = "--standbys",
            paramLabel = "N",
            defaultValue = "${env:TASKGRAPH_STANDBYS:-0}",
            description = "Warm copies of each store on other instances, for a fast takeover (env TASKGRAPH_STANDBYS;"
                    + " default: 0).")
    private int standbys;

    @Option(
            names = "--health-port",
            paramLabel = "PORT",
            defaultValue = "${env:TASKGRAPH_HEALTH_PORT}",
            description = "Serve GET /health (200 while RUNNING) and /live here (env TASKGRAPH_HEALTH_PORT; default:"
                    + " none; 0: any free port).")
    private Integer healthPort;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "${env:TASKGRAPH_PARTITIONS}",
            description =
                    "Partitions of the topics to create (env TASKGRAPH_PARTITIONS; default: what the cluster has, 4"
                            + " on a new one).")
    private Integer partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "${env:TASKGRAPH_REPLICATION}",
            description =
                    "Replicas of the topics to create (env TASKGRAPH_REPLICATION; default: the cluster's default).")
    private Short replication;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for broker and registry at the start (default: ${DEFAULT-VALUE}).")
    private int wait;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (standbys < 0 || wait < 0) {
            throw new ParameterException(spec.commandLine(), "--standbys and --wait must not be negative.");
        }
        Cluster cluster = connection.cluster();
        requireCatalogue(cluster.prefix());
        keeperOptions.check();
        StopSignal signal = StopSignal.install();
        PrintWriter out = spec.commandLine().getOut();
        AtomicReference<Topology> started = new AtomicReference<>();
        try (HealthEndpoint health = healthPort == null ? null : HealthEndpoint.start(healthPort, started::get)) {
            if (health != null) {
                out.println("Health: port " + health.port() + ", /health and /live.");
                out.flush();
            }
            serve(cluster, signal, started, out);
        } catch (RuntimeException e) {
            signal.ended();
            throw e;
        }
        signal.closed();
        return 0;
    }

    private void serve(Cluster cluster, StopSignal signal, AtomicReference<Topology> started, PrintWriter out) {
        Patience patience =
                new Patience(Duration.ofSeconds(wait), spec.commandLine().getErr(), signal);
        Ground ground = Ground.lay(cluster, partitions, replication, patience);
        ground.drift().forEach(drift -> spec.commandLine().getErr().println("taskgraph: " + drift.sentence()));
        String id = applicationId == null ? TopologySettings.applicationId(cluster.prefix()) : applicationId;
        try (Topology topology = ControlPlaneTopology.start(cluster, ground.catalogue(), settings(id))) {
            started.set(topology);
            Ready.await(
                    topology,
                    signal,
                    new SlowStart(cluster, id, spec.commandLine().getErr())::look);
            keep(cluster, id, topology, signal, out);
        }
    }

    private void keep(Cluster cluster, String id, Topology topology, StopSignal signal, PrintWriter out) {
        PrintWriter err = spec.commandLine().getErr();
        try (KeeperBeside keeper = KeeperBeside.start(keeperOptions, cluster, id, topology, what -> tell(err, what))) {
            out.println("Serving " + cluster.prefix() + "* on " + cluster.bootstrap() + " as " + id + ".");
            out.flush();
            Ready.watch(topology, signal);
        }
    }

    private static void tell(PrintWriter err, String what) {
        err.println("taskgraph: " + what);
        err.flush();
    }

    /** Before anything is waited for. */
    private void requireCatalogue(String prefix) {
        try {
            TopicCatalogue.of(prefix, partitions == null ? TopicCatalogue.DEFAULT_PARTITIONS : partitions);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private TopologySettings settings(String id) {
        return new TopologySettings(id, directory(id), topologyOptions.threads(), standbys);
    }

    private Path directory(String id) {
        try {
            return stateDir == null ? Files.createTempDirectory(id) : Files.createDirectories(stateDir);
        } catch (IOException e) {
            throw new CommandException("Cannot use --state-dir " + stateDir + " (" + e + ").", e);
        }
    }
}
