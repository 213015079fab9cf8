package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    private static Site site;

    @BeforeAll
    static void givenARunThatWasDone(EmbeddedCluster cluster) throws Exception {
        embedded = cluster;
        site = new Site(cluster, PREFIX, state);
        site.with(worker -> worker.concurrency(2).handler(new SimulatedWork(1, 0, 0, 1, done -> {})));
        Path file = Files.writeString(given.resolve("chain.yaml"), """
                name: Chain
                tasks: [{id: a, seconds: 0.01}, {id: b, depends_on: [a], seconds: 0.01}]
                """);
        run(
                "submit",
                file.toString(),
                "--run-id",
                "chain",
                "--watch",
                "--traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Path idle = Files.writeString(given.resolve("idle.yaml"), "name: idle\ntasks: [{id: a, agent_type: nobody}]\n");
        run("submit", idle.toString(), "--run-id", "idle");
    }

    @AfterAll
    static void stop() {
        site.close();
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
    void everyDecisionIsDecidedAgain() throws Exception {
        CommandLineRun one = run("replay", "chain", "--strict");
        List<String> all =
                run("replay", "--strict", "--all", "--json").out().lines().toList();
        JsonNode last = JSON.readTree(all.get(all.size() - 1));

        assertThat(one.err()).isEmpty();
        assertThat(one.exitCode()).isZero();
        assertThat(one.out())
                .contains("Replay agrees", "Decided again from the recorded inputs, and the same byte for byte: ");
        assertThat(last.path("agrees").asBoolean()).isTrue();
        assertThat(last.path("decided_again").asLong())
                .isEqualTo(last.path("decisions").asLong());
        assertThat(last.path("not_decided_again").asLong()).isZero();
        assertThat(run("replay", "chain", "--all").exitCode()).isEqualTo(2);
    }

    @Test
    void anExportIsProvedWithoutTheCluster() throws Exception {
        Path export = given.resolve("export");
        CommandLineRun exported = run("export", "--all", "--to", export.toString());
        CommandLineRun again = run("export", "--all", "--to", export.toString());
        CommandLineRun proved = CommandLineRun.of("replay", "--from", export.toString(), "--strict");
        Path one = given.resolve("one");
        run("export", "chain", "--to", one.toString());
        CommandLineRun provedOne = CommandLineRun.of("replay", "--from", one.toString(), "--strict", "--json");

        assertThat(exported.err()).isEmpty();
        assertThat(exported.out()).startsWith("exported  ").contains(" of 2 runs and ", "manifest  SHA-256 ");
        assertThat(proved.err()).isEmpty();
        assertThat(proved.out()).contains("Replay agrees", "same byte for byte");
        assertThat(provedOne.exitCode()).isZero();
        assertThat(provedOne.out().lines()).hasSize(2).first().asString().contains("\"run_id\":\"chain\"");
        assertThat(again)
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "taskgraph: " + export + " is not empty: give a directory that is, or is not there yet.\n"));
        assertThat(run("export", "nobody", "--to", given.resolve("nobody").toString())
                        .err())
                .startsWith("taskgraph: There is no run nobody on the decision log");

        Path file = export.resolve("decisions-00000-000.avro");
        for (int p = 1; !Files.exists(file); p++) {
            file = export.resolve("decisions-0000" + p + "-000.avro");
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 60] ^= 1;
        Files.write(file, bytes);
        CommandLineRun flipped = CommandLineRun.of("replay", "--from", export.toString());
        assertThat(flipped.exitCode()).isEqualTo(1);
        assertThat(flipped.err()).startsWith("taskgraph: " + file.getFileName() + ", record ");
    }

    @Test
    void anExportIsImportedElsewhereAndGoesOnThere() throws Exception {
        Path export = given.resolve("to-import");
        run("export", "--all", "--to", export.toString());
        assertThat(run("import", export.toString()).err()).contains("is running at ");
        assertThat(at("another-cluster.", "import", export.toString()).err())
                .startsWith("taskgraph: There is no topic another-cluster.decisions at ");
        startElsewhere().close();
        CommandLineRun imported = at("another-cluster.", "import", export.toString());
        for (long limit = System.nanoTime() + Duration.ofMinutes(2).toNanos();
                imported.err().contains("is running at ") && System.nanoTime() < limit; ) {
            imported = at("another-cluster.", "import", export.toString());
        }
        CommandLineRun again = at("another-cluster.", "import", export.toString());
        CommandLineRun replayed = at("another-cluster.", "replay", "--all");

        assertThat(imported.err()).isEmpty();
        assertThat(imported.out()).startsWith("imported  ").contains(" of 2 runs, ");
        assertThat(again.err()).contains(" already, under prefix another-cluster.: nothing was imported");
        assertThat(replayed.err()).isEmpty();
        assertThat(replayed.out()).contains("Replay agrees", "live state stores of 2 runs");

        try (Topology elsewhere = startElsewhere()) {
            CommandLineRun cancelled = at("another-cluster.", "cancel", "idle");
            CommandLineRun proved = at("another-cluster.", "replay", "--all");
            CommandLineRun strict = at("another-cluster.", "replay", "idle", "--strict");

            assertThat(cancelled.out()).startsWith("accepted  idle  cancelled  (decision 2)");
            assertThat(proved.err()).isEmpty();
            assertThat(strict.exitCode()).isEqualTo(1);
            assertThat(strict.err())
                    .contains(
                            "1 decision could not be decided again, the first being decision 1 of run idle",
                            "brought here by an import");
        }
    }

    private static Topology startElsewhere() {
        Cluster where = new Cluster(embedded.bootstrap(), embedded.registryUrl(), "another-cluster.", Map.of());
        StopSignal signal = StopSignal.install();
        signal.ended();
        Ground ground = Ground.lay(
                where,
                null,
                (short) 1,
                new Patience(Duration.ofMinutes(1), new PrintWriter(new StringWriter()), signal));
        Topology started = ControlPlaneTopology.start(
                where,
                ground.catalogue(),
                new TopologySettings(
                        TopologySettings.applicationId("another-cluster."), state.resolve("elsewhere"), 1, 0));
        Ready.await(started, signal);
        return started;
    }

    private static CommandLineRun at(String prefix, String... args) {
        return Site.run(embedded, prefix, args);
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
        return site.run(args);
    }
}
