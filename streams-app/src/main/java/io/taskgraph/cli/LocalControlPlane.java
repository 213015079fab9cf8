package io.taskgraph.cli;

import io.taskgraph.embedded.DiscoveryFile;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.embedded.RunningCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything on this machine: the embedded cluster, the topics and schemas on it, the topology, and the note by which
 * other commands find it. What {@code up} runs, for other commands to run too.
 */
final class LocalControlPlane implements AutoCloseable {
    private final EmbeddedCluster embedded;
    private final Cluster cluster;
    private final Ground ground;
    private final Topology topology;
    private final RunningCluster note;
    private final List<DiscoveryFile> notedIn;
    private final RunningCluster elsewhere;

    private LocalControlPlane(
            EmbeddedCluster embedded,
            Cluster cluster,
            Ground ground,
            Topology topology,
            RunningCluster note,
            List<DiscoveryFile> notedIn,
            RunningCluster elsewhere) {
        this.embedded = embedded;
        this.cluster = cluster;
        this.ground = ground;
        this.topology = topology;
        this.note = note;
        this.notedIn = notedIn;
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
        Topology topology = null;
        try {
            Cluster cluster = new Cluster(embedded.bootstrap(), embedded.registryUrl(), prefix, Map.of());
            Ground ground = Ground.lay(cluster, partitions, (short) 1, patience);
            topology = ControlPlaneTopology.start(
                    cluster,
                    ground.catalogue(),
                    new TopologySettings(
                            TopologySettings.applicationId(prefix),
                            embedded.directory().resolve("streams"),
                            threads,
                            0));
            RunningCluster note = note(embedded, prefix);
            // The first `up` stays the one that other commands find; a second one is addressed by name.
            RunningCluster elsewhere = DiscoveryFile.inHome().running().orElse(null);
            List<DiscoveryFile> notedIn = new ArrayList<>(List.of(DiscoveryFile.in(embedded.directory())));
            if (elsewhere == null) {
                notedIn.add(DiscoveryFile.inHome());
            }
            for (DiscoveryFile file : notedIn) {
                write(file, note);
            }
            return new LocalControlPlane(embedded, cluster, ground, topology, note, notedIn, elsewhere);
        } catch (RuntimeException e) {
            if (topology != null) {
                topology.close();
            }
            embedded.close();
            throw e;
        }
    }

    Cluster cluster() {
        return cluster;
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
        notedIn.forEach(file -> file.deleteIfStill(note));
        try {
            topology.close();
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

    private static void write(DiscoveryFile file, RunningCluster note) {
        try {
            file.write(note);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file.path() + " (" + e.getMessage() + ")", e);
        }
    }
}
