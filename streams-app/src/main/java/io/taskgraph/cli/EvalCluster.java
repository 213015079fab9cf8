package io.taskgraph.cli;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.client.PolicyPublisher;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.eval.Stage;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.spec.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An embedded broker with a control plane on it, for scenarios to be played on in real time. What the scenarios pin is
 * published before the control plane starts, so that it knows all of it when the first run is created.
 */
final class EvalCluster implements AutoCloseable {
    private static final String PREFIX = "eval.";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final EmbeddedCluster embedded;
    private final Cluster cluster;
    private final Ground ground;
    private final Path stateDir;
    private final StopSignal signal;
    private final Map<String, String> references = new HashMap<>();
    private Topology topology;

    private EvalCluster(EmbeddedCluster embedded, PrintWriter err) throws IOException {
        this.embedded = embedded;
        this.cluster = new Cluster(embedded.bootstrap(), embedded.registryUrl(), PREFIX, Map.of());
        this.signal = StopSignal.install();
        this.ground = Ground.lay(cluster, null, (short) 1, new Patience(PATIENCE, err, signal));
        this.stateDir = Files.createTempDirectory("taskgraph-eval");
    }

    static EvalCluster start(List<Scenario> scenarios, PrintWriter err) {
        EmbeddedCluster embedded = EmbeddedCluster.start(EmbeddedOptions.brokerOnly());
        EvalCluster started = null;
        try {
            started = new EvalCluster(embedded, err);
            started.publish(scenarios);
            started.begin();
            return started;
        } catch (IOException | RuntimeException e) {
            if (started != null) {
                started.close();
            } else {
                embedded.close();
            }
            throw e instanceof RuntimeException known ? known : new UncheckedIOException((IOException) e);
        }
    }

    /** Scenarios may give their policies the same name: each becomes a version of its own. */
    private void publish(List<Scenario> scenarios) {
        try (PolicyPublisher publisher = PolicyPublisher.connect(cluster.client(PATIENCE))) {
            int version = 0;
            for (Scenario s : scenarios) {
                Policy p = s.policy();
                String text = p.document().replaceFirst("\nversion: [0-9]+\n", "\nversion: " + ++version + "\n");
                publisher
                        .publish(PolicyProfile.newBuilder()
                                .setName(p.name())
                                .setVersion(version)
                                .setDocument(text)
                                .setSelector(Map.of())
                                .setPublishedAt(Instant.now())
                                .setActor("eval")
                                .build())
                        .join();
                references.put(s.name(), p.name() + "@" + version);
            }
        }
    }

    private void begin() {
        topology = ControlPlaneTopology.start(
                cluster,
                ground.catalogue(),
                new TopologySettings(TopologySettings.applicationId(PREFIX), stateDir, 1, 0));
        Ready.await(topology, signal);
    }

    /** The control plane leaves and comes back, on the state that it had. */
    void restart() {
        topology.close();
        begin();
    }

    Stage stage(Scenario scenario, String runId) {
        return new BrokerStage(this, cluster, ground.catalogue(), references.get(scenario.name()), runId);
    }

    @Override
    public void close() {
        try {
            if (topology != null) {
                topology.close();
            }
        } finally {
            embedded.close();
            delete(stateDir);
            signal.ended();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            // A temporary directory that stays is no reason to fail.
        }
    }
}
