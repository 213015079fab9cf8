package io.taskgraph.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Worker;
import io.taskgraph.client.WorkerBuilder;
import io.taskgraph.embedded.EmbeddedCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A control plane in this JVM with topics of its own on the tests' broker, workers beside it, and a command line to both. */
final class Site implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);

    private final EmbeddedCluster cluster;
    private final String prefix;
    private final Cluster where;
    private final Topology topology;
    private final List<Worker> workers = new ArrayList<>();

    /**
     * Starts a control plane, and waits until it decides.
     *
     * @param prefix of its topics, which are created
     * @param state where it keeps its stores
     */
    Site(EmbeddedCluster cluster, String prefix, Path state) {
        this.cluster = cluster;
        this.prefix = prefix;
        this.where = new Cluster(cluster.bootstrap(), cluster.registryUrl(), prefix, Map.of());
        StopSignal signal = StopSignal.install();
        signal.ended();
        Ground ground = Ground.lay(
                where,
                null,
                (short) 1,
                new Patience(Duration.ofMinutes(1), new PrintWriter(new StringWriter()), signal));
        topology = ControlPlaneTopology.start(
                where, ground.catalogue(), new TopologySettings(TopologySettings.applicationId(prefix), state, 1, 0));
        Ready.await(topology, signal);
    }

    /** Starts a worker that gives back at once what it has when it is closed. */
    Site with(UnaryOperator<WorkerBuilder> worker) {
        WorkerBuilder builder =
                Worker.builder(where.client(Duration.ofSeconds(60))).grace(Duration.ZERO);
        workers.add(worker.apply(builder).start());
        return this;
    }

    /** Where it is. */
    Cluster where() {
        return where;
    }

    /** Its control plane. */
    Topology topology() {
        return topology;
    }

    /** Runs a command against it. */
    CommandLineRun run(String... args) {
        return run(cluster, prefix, args);
    }

    /** Runs a command against the topics of that prefix. */
    static CommandLineRun run(EmbeddedCluster cluster, String prefix, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", prefix));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    /** Waits until what {@code show --json} says of the run is so, and gives it. */
    JsonNode awaitShown(String runId, Predicate<JsonNode> enough) throws IOException {
        long limit = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < limit) {
            JsonNode shown = JSON.readTree(run("show", runId, "--json").out());
            if (enough.test(shown)) {
                return shown;
            }
        }
        throw new AssertionError(
                "the run never came there: " + run("show", runId).out());
    }

    /** Waits until a command's output has that text in it, and gives the output. */
    String awaitOut(String text, String... command) {
        long limit = System.nanoTime() + PATIENCE;
        String out = run(command).out();
        while (!out.contains(text)) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("there was no '" + text + "' in time in: " + out);
            }
            out = run(command).out();
        }
        return out;
    }

    /** A task of what {@code show --json} says. */
    static JsonNode task(JsonNode shown, String id) {
        for (JsonNode task : shown.path("task_list")) {
            if (task.path("id").asText().equals(id)) {
                return task;
            }
        }
        throw new AssertionError("there is no task " + id);
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        topology.close();
    }
}
