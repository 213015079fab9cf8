package io.taskgraph.cli;

import io.taskgraph.embedded.DiscoveryFile;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.embedded.RunningCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything on this machine: the embedded cluster, the topics and schemas on it, the topology, and the note by which
 * other commands find it. What {@code up} runs, for other commands to run too.
 */
final class LocalControlPlane implements AutoCloseable {
    /**
     * The only instance comes back as the same members of its group, so that after a SIGKILL it need not wait until the
     * group has given up the members that it had.
     */
    private static final Map<String, String> STATIC_MEMBER = Map.of("main.consumer.group.instance.id", "up");

    private final EmbeddedCluster embedded;
    private final Cluster cluster;
    private final Ground ground;
    private final Topology topology;
    private final RunningCluster note;
    private final RunningCluster elsewhere;

    private LocalControlPlane(
            EmbeddedCluster embedded,
            Cluster cluster,
            Ground ground,
            Topology topology,
            RunningCluster note,
            RunningCluster elsewhere) {
        this.embedded = embedded;
        this.cluster = cluster;
        this.ground = ground;
        this.topology = topology;
        this.note = note;
        this.elsewhere = elsewhere;
    }

    /**
     * Starts all of it; on an error nothing is left running.
     *
     * @param partitions null: what is there, or the default on a new cluster
     * @param threads stream threads, 1 or more
     * @param patience for the broker and registry to answer once they are up
     */
    static LocalControlPlane start(
            EmbeddedOptions options, String prefix, Integer partitions, int threads, Patience patience) {
        EmbeddedCluster embedded = EmbeddedCluster.start(options);
        RunningCluster note = note(embedded, prefix);
        DiscoveryFile inData = DiscoveryFile.in(embedded.directory());
        Topology topology = null;
        try {
            Cluster cluster = new Cluster(embedded.bootstrap(), embedded.registryUrl(), prefix, Map.of());
            Ground ground = Ground.lay(cluster, partitions, (short) 1, patience);
            Path stateDir = embedded.directory().resolve("streams");
            StaleStores.sweep(embedded.directory(), stateDir);
            inData.write(note);
            topology = ControlPlaneTopology.start(
                    cluster.with(STATIC_MEMBER),
                    ground.catalogue(),
                    new TopologySettings(TopologySettings.applicationId(prefix), stateDir, threads, 0));
            // The first `up` stays the one that other commands find; a second one is addressed by name.
            RunningCluster elsewhere = DiscoveryFile.inHome().running().orElse(null);
            if (elsewhere == null) {
                DiscoveryFile.inHome().write(note);
            }
            return new LocalControlPlane(embedded, cluster, ground, topology, note, elsewhere);
        } catch (IOException | RuntimeException e) {
            if (topology != null) {
                topology.close();
            }
            inData.deleteIfStill(note);
            embedded.close();
            throw e instanceof RuntimeException known
                    ? known
                    : new CommandException("Cannot note where the cluster is (" + e + ").", e);
        }
    }

    Cluster cluster() {
        return cluster;
    }

    /** What says why its topology is not ready yet. */
    SlowStart slowStart(PrintWriter err) {
        return new SlowStart(cluster, TopologySettings.applicationId(cluster.prefix()), err);
    }

    Ground ground() {
        return ground;
    }

    Topology topology() {
        return topology;
    }

    Path directory() {
        return embedded.directory();
    }

    boolean isTemporary() {
        return embedded.isTemporary();
    }

    /** Another {@code up} of this user that was running already and that other commands go on finding; or null. */
    RunningCluster elsewhere() {
        return elsewhere;
    }

    @Override
    public void close() {
        DiscoveryFile.inHome().deleteIfStill(note); // nobody new shall come
        try {
            topology.close();
            DiscoveryFile.in(embedded.directory()).deleteIfStill(note);
        } finally {
            embedded.close();
        }
    }

    private static RunningCluster note(EmbeddedCluster embedded, String prefix) {
        ProcessHandle self = ProcessHandle.current();
        return new RunningCluster(
                self.pid(),
                self.info().startInstant().orElse(null),
                embedded.bootstrap(),
                embedded.registryUrl(),
                prefix,
                embedded.isTemporary() ? null : embedded.directory().toString());
    }
}
