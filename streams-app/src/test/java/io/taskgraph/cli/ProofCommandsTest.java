package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Worker;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands that prove what happened, on a real broker with a control plane and an agent in this JVM. */
@ExtendWith(EmbeddedKafkaExtension.class)
class ProofCommandsTest {
    private static final String PREFIX = "proof.";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path state;

    @TempDir
    static Path given;

    private static EmbeddedCluster embedded;
    private static Topology topology;
    private static Worker worker;

    @BeforeAll
    static void givenARunThatWasDone(EmbeddedCluster cluster) throws Exception {
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
                .concurrency(2)
                .grace(Duration.ZERO)
                .handler(new SimulatedWork(1, 0, 0, 1, done -> {}))
                .start();
        Path file = Files.writeString(given.resolve("chain.yaml"), """
                name: Chain
                tasks: [{id: a, seconds: 0.01}, {id: b, depends_on: [a], seconds: 0.01}]
                """);
        run("submit", file.toString(), "--run-id", "chain", "--watch");
    }

    @AfterAll
    static void stop() {
        worker.close();
        topology.close();
    }

    @Test
    void aRunIsShownAsItStoodAfterADecisionOrAtATime() throws Exception {
        JsonNode first =
                JSON.readTree(run("show", "chain", "--at", "1", "--json").out());
        JsonNode now = JSON.readTree(run("show", "chain", "--json").out());
        JsonNode end =
                JSON.readTree(run("show", "chain", "--at", "end", "--json").out());
        String created = JSON.readTree(
                        run("diff", "chain", "--from", "1", "--json").out())
                .path("from")
                .path("decided_at")
                .asText();

        assertThat(first.path("phase").asText()).isEqualTo("EXECUTING");
        assertThat(first.path("statuses")).isEqualTo(JSON.readTree("{\"PENDING\": 1, \"DISPATCHED\": 1}"));
        assertThat(end).isEqualTo(now);
        assertThat(JSON.readTree(run("show", "chain", "--at", created, "--json").out()))
                .isEqualTo(first);
        assertThat(run("show", "chain", "--at", "1").out()).contains("DISPATCHED");
    }

    @Test
    void whatChangedBetweenTwoPointsIsTold() throws Exception {
        JsonNode all = JSON.readTree(
                run("diff", "chain", "--from", "1", "--to", "end", "--json").out());
        CommandLineRun none = run("diff", "chain", "--from", "2", "--to", "2");
        CommandLineRun forPeople = run("diff", "chain", "--from", "1");

        List<String> told = new ArrayList<>();
        all.path("differences")
                .forEach(d -> told.add(d.path("entry").asText() + "/"
                        + d.path("field").asText() + ": " + d.path("before").asText() + " -> "
                        + d.path("after").asText()));
        assertThat(told)
                .contains(
                        "task \"a\"/status: DISPATCHED -> DONE",
                        "task \"b\"/status: PENDING -> DONE",
                        "header/standing.phase: EXECUTING -> COMPLETED");
        assertThat(all.path("to").path("state_digest").asText())
                .isEqualTo(JSON.readTree(run("show", "chain", "--json").out())
                        .path("state_digest")
                        .asText());
        assertThat(forPeople.out()).contains("chain from decision 1 (", "DISPATCHED", "DONE");
        assertThat(none.out()).endsWith("): 0 differences\n");
    }

    @Test
    void aPointThatIsNotThereIsOneSentence() {
        assertThat(run("show", "chain", "--at", "1000").err())
                .startsWith("taskgraph: Run chain has ")
                .endsWith(" decisions so far, and none at decision 1000: give a smaller number, or end.\n");
        assertThat(run("show", "chain", "--at", "2001-01-01T00:00:00Z"))
                .isEqualTo(
                        new CommandLineRun(1, "", "taskgraph: Run chain did not exist yet at 2001-01-01T00:00:00Z.\n"));
        assertThat(run("show", "nobody", "--at", "1").err())
                .startsWith("taskgraph: There is no run nobody on the decision log");
        assertThat(run("diff", "chain", "--from", "noon").exitCode()).isEqualTo(2);
        assertThat(run("diff", "chain", "--from", "noon").err())
                .startsWith("taskgraph: --from: 'noon' is no point in a run's history");
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", embedded.bootstrap(), "--registry", embedded.registryUrl()));
        all.addAll(List.of("--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
