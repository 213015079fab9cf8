package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Worker;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.schemas.trace.SpanIds;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands that tell a run's history, on a real broker with a control plane and an agent in this JVM. */
@ExtendWith(EmbeddedKafkaExtension.class)
class HistoryCommandsTest {
    private static final String PREFIX = "history.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static final LinkedBlockingQueue<String> TRACEPARENTS = new LinkedBlockingQueue<>();
    private static EmbeddedCluster embedded;
    private static Topology topology;
    private static Worker worker;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        embedded = cluster;
        Cluster where = new Cluster(cluster.bootstrap(), cluster.registryUrl(), PREFIX, Map.of());
        StopSignal signal = StopSignal.install();
        signal.ended();
        Ground ground = Ground.lay(
                where,
                null,
                (short) 1,
                new Patience(Duration.ofMinutes(1), new PrintWriter(new StringWriter()), signal));
        topology = ControlPlaneTopology.start(
                where, ground.catalogue(), new TopologySettings(TopologySettings.applicationId(PREFIX), state, 1, 0));
        Ready.await(topology, signal);
        worker = Worker.builder(where.client(Duration.ofSeconds(60)))
                .agentType("default")
                .concurrency(4)
                .grace(Duration.ZERO)
                .handler(task -> {
                    task.traceparent().ifPresent(TRACEPARENTS::add);
                    return "of " + task.taskId();
                })
                .start();
    }

    @AfterAll
    static void stop() {
        worker.close();
        topology.close();
    }

    @Test
    void aRunsEventsAreToldForPeopleAndForPrograms() throws Exception {
        submit("told", "tasks: [{id: a}, {id: b, depends_on: [a]}]");
        run("watch", "told");

        CommandLineRun people = run("events", "told", "--follow");
        CommandLineRun dispatched = run("events", "told", "--type", "taskdispatched", "--json");
        CommandLineRun tail = run("events", "told", "--from", "3", "--json");

        assertThat(people.exitCode()).isZero();
        assertThat(people.out().lines().findFirst().orElseThrow())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z +1  \\S+ +mutations +ACCEPTED +RunCreated .*");
        assertThat(people.out()).contains("TaskCompleted").contains("to=COMPLETED");
        List<JsonNode> events = json(dispatched);
        assertThat(events).extracting(e -> e.path("task_id").asText()).containsExactly("a", "b");
        assertThat(events.get(0).path("schema_version").asInt()).isEqualTo(1);
        assertThat(events.get(0).path("fact")).isEqualTo(JSON.readTree("{\"task_id\": \"a\", \"attempt\": 1}"));
        assertThat(events.get(0).path("cause").path("family").asText()).isEqualTo("mutations");
        assertThat(json(tail)).isNotEmpty().allMatch(e -> e.path("sequence").asLong() >= 3);
    }

    @Test
    void oddQuestionsOfEventsAreOneSentence() {
        assertThat(run("events", "nobody"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: There is no run nobody: `taskgraph runs` lists those there are.\n"));
        CommandLineRun type = run("events", "r", "--type", "TaskLost");
        assertThat(type.exitCode()).isEqualTo(2);
        assertThat(type.err()).contains("--type TaskLost is no type of event; known are Accepted");
        assertThat(run("events", "r", "--from", "-1").exitCode()).isEqualTo(2);
    }

    @Test
    void aRunIsATraceInItsProducersTrace() throws Exception {
        String given = "00-" + TRACE + "-00f067aa0ba902b7-01";
        submit("traced", "tasks: [{id: a}]", "--traceparent", given, "--tracestate", "congo=t61");
        run("watch", "traced");
        Path otlp = files.resolve("otlp.json");

        CommandLineRun written = run("trace", "traced", "--to", otlp.toString());
        CommandLineRun chrome = run("trace", "traced", "--format", "chrome");

        assertThat(written).isEqualTo(new CommandLineRun(0, "6 spans of run traced in " + otlp + "\n", ""));
        assertThat(JSON.readTree(otlp.toFile()).findValuesAsText("traceId")).containsOnly(TRACE);
        assertThat(JSON.readTree(otlp.toFile()).findValuesAsText("parentSpanId"))
                .contains("00f067aa0ba902b7");
        assertThat(JSON.readTree(chrome.out()).path("traceEvents").isArray()).isTrue();
        assertThat(TRACEPARENTS.poll(30, TimeUnit.SECONDS))
                .isEqualTo("00-" + TRACE + "-" + SpanIds.attempt("traced", "a", 1) + "-01");
        assertThat(run("trace", "traced", "--to", otlp.toString()).exitCode()).isZero();
        assertThat(Files.list(files))
                .filteredOn(f -> f.toString().endsWith(".part"))
                .isEmpty();
    }

    @Test
    void oddQuestionsOfATraceAreOneSentence() {
        assertThat(run("trace", "nobody").err()).startsWith("taskgraph: There is no run nobody");
        assertThat(run("trace", "r", "--format", "svg").exitCode()).isEqualTo(2);
        assertThat(CommandLineRun.of("submit", "x.yaml", "--traceparent", "00-1-2-3")
                        .err())
                .contains("--traceparent 00-1-2-3 is not W3C trace context");
    }

    private List<JsonNode> json(CommandLineRun run) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private void submit(String runId, String rest, String... more) throws Exception {
        Path file = Files.writeString(files.resolve(runId + ".yaml"), "name: " + runId + "\n" + rest + "\n");
        List<String> args = new ArrayList<>(List.of("submit", file.toString(), "--run-id", runId));
        args.addAll(List.of(more));
        CommandLineRun submitted = run(args.toArray(String[]::new));
        assertThat(submitted.exitCode()).as(submitted.out() + submitted.err()).isZero();
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(
                List.of("--bootstrap", embedded.bootstrap(), "--registry", embedded.registryUrl(), "--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
