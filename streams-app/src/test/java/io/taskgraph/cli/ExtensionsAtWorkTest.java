package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Worker;
import io.taskgraph.client.WorkerBuilder;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.engine.Signed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A signed toolpack from its proposal to its revocation: real broker, real control plane, honest and tampered agents. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class ExtensionsAtWorkTest {
    private static final String PREFIX = "extensions-at-work.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);

    @TempDir
    static Path state;

    private static EmbeddedCluster embedded;
    private static Topology topology;
    private static Path toolpack;
    private static final List<Worker> WORKERS = new ArrayList<>();

    @BeforeAll
    static void start(EmbeddedCluster cluster) throws Exception {
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
        toolpack = Files.writeString(state.resolve("files.dsse.json"), Signed.toolpack("files", "1.0.0", "ann"));
        worker(where, "mallory", true);
        worker(where, "agent-1", false);
        worker(where, "agent-2", false);
    }

    private static void worker(Cluster where, String name, boolean tampered) {
        LoadedToolpack loaded = LoadedToolpack.of(toolpack, tampered);
        WorkerBuilder worker = Worker.builder(where.client(Duration.ofSeconds(60)))
                .workerId(name)
                .grace(Duration.ZERO)
                .handler(new SimulatedWork(1, 0, 0, 1, done -> {}))
                .loaded(loaded.name(), loaded.version(), loaded.tools());
        WORKERS.add(worker.start());
    }

    @AfterAll
    static void stop() {
        WORKERS.forEach(Worker::close);
        topology.close();
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", embedded.bootstrap(), "--registry", embedded.registryUrl()));
        all.addAll(List.of("--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private static void accepted(CommandLineRun run) {
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private static JsonNode awaitShown(Predicate<JsonNode> until) throws Exception {
        long deadline = System.nanoTime() + PATIENCE;
        while (true) {
            JsonNode shown = JSON.readTree(run("show", "r", "--json").out());
            if (until.test(shown)) {
                return shown;
            }
            assertThat(System.nanoTime()).as("in time: %s", shown).isLessThan(deadline);
        }
    }

    @Test
    void aToolpackIsSignedEnabledUsedAndRevoked() throws Exception {
        String retries = "max_retries: 100, max_runtime: 0s";
        for (String name : List.of("extensions", "team")) {
            accepted(run(
                    "policy",
                    "publish",
                    Files.writeString(
                                    state.resolve(name + ".yaml"),
                                    Signed.policy(name, "").replace("max_runtime: 0s", retries))
                            .toString()));
        }
        CommandLineRun unsigned = run(
                "ext",
                "propose",
                Files.writeString(state.resolve("unsigned.json"), Signed.toolpack("files", "1.0.0", ""))
                        .toString());
        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.out()).contains("EXTENSION_REFUSED");
        accepted(run("ext", "propose", toolpack.toString(), "--actor", "paul"));
        assertThat(run("ext", "enable", "files@1.0.0", "--actor", "paul").out()).contains("SELF_APPROVAL");
        assertThat(run("ext", "why", "files@1.0.0", "--policy", "team").exitCode())
                .isEqualTo(1);
        accepted(run("ext", "enable", "files@1.0.0", "--actor", "olga", "--reason", "reviewed"));
        CommandLineRun why = run("ext", "why", "files@1.0.0", "--policy", "team");
        assertThat(why.out()).as(why.err()).contains("may be used: save");
        assertThat(run("ext", "list").out()).contains("files@1.0.0", "ENABLED", "enabled by olga");
        accepted(run("ext", "suspend", "files@1.0.0", "--actor", "olga", "--reason", "odd"));
        assertThat(run("ext", "list").out()).contains("SUSPENDED", "olga", "odd");
        accepted(run("ext", "enable", "files@1.0.0", "--actor", "olga"));
        assertThat(run("ext", "show", "files@1.0.0").out())
                .contains("files@1.0.0  ENABLED  since ", "tools  {save=write}");
        assertThat(run("ext", "why", "files@9.9.9", "--policy", "team").err())
                .contains("The registry knows no extension files@9.9.9");
        assertThat(run("ext", "enable", "files").err()).contains("name it as NAME@VERSION");

        accepted(run(
                "submit",
                Files.writeString(state.resolve("run.yaml"), """
                name: r
                tasks:
                  - {id: a, seconds: 600, toolpacks: [files@1.0.0]}
                  - {id: b, seconds: 600, toolpacks: [files@1.0.0]}
                """).toString(),
                "--run-id",
                "r",
                "--preset",
                "team"));
        JsonNode working =
                awaitShown(shown -> shown.path("statuses").path("RUNNING").asInt() == 2);
        assertThat(working.path("tasks").findValuesAsText("worker_id")).doesNotContain("mallory");

        CompletableFuture<CommandLineRun> watch = CompletableFuture.supplyAsync(() -> run("watch", "r"));
        accepted(run("ext", "revoke", "--extension", "files@1.0.0", "--reason", "a hole", "--actor", "olga"));
        awaitShown(shown -> shown.path("statuses").path("DEFERRED").asInt() == 2);
        assertThat(run("events", "r", "--json").out()).contains("ExtensionWithdrawn");
        assertThat(run("why", "r", "a").out()).contains("it may not use files@1.0.0: it is revoked");
        assertThat(run("ext", "enable", "files@1.0.0", "--actor", "olga").out()).contains("ILLEGAL_TRANSITION");
        assertThat(run("ext", "why", "files@1.0.0", "--policy", "r").out()).contains("may not be used");
        Path next = Files.writeString(state.resolve("next.dsse.json"), Signed.toolpack("files", "1.1.0", "ann"));
        accepted(run("cancel", "r"));
        assertThat(watch.get(PATIENCE, TimeUnit.NANOSECONDS).out())
                .contains("2 deferred", "2 tasks are set aside: a (it may not use files@1.0.0: it is revoked), b (");
        accepted(run("ext", "propose", next.toString(), "--actor", "paul"));
        accepted(run("ext", "enable", "files@1.1.0", "--actor", "olga"));
        accepted(run("ext", "retire", "files@1.1.0", "--actor", "olga", "--reason", "had its time"));
        assertThat(run("ext", "list").out()).contains("files@1.1.0", "RETIRED", "olga", "had its time");
        accepted(run("replay"));
    }
}
