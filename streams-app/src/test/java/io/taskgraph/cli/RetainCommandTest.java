package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code snapshot} and {@code retain}, on a real broker with a real control plane and a worker. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(240)
class RetainCommandTest {
    private static final String PREFIX = "retain-command.";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        site = new Site(cluster, PREFIX, state);
        site.with(worker -> worker.concurrency(4).handler(task -> "of " + task.taskId()));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void aRunIsSnapshotCutOffAndForgottenAndReplayAgreesThroughout() throws Exception {
        // given
        Path policy = files.resolve("brief.yaml");
        Files.writeString(policy, """
                name: brief
                extends: full
                retention: {age: 1ms, finished: 1ms}
                """);
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        Path spec = files.resolve("kept.yaml");
        Files.writeString(spec, "name: kept\ngoal: g\ntasks: [{id: a}, {id: b, depends_on: [a]}]\n");
        CommandLineRun submitted = run("submit", spec.toString(), "--preset", "brief", "--run-id", "kept");
        while (submitted.out().contains("UNKNOWN_POLICY")) {
            submitted = run("submit", spec.toString(), "--preset", "brief", "--run-id", "kept");
        }
        assertThat(run("watch", "kept").exitCode()).isZero();
        // when one asks for a snapshot
        CommandLineRun snapshot = run("snapshot", "kept", "--json", "--actor", "olga");
        // then it is there, and replay compared it
        assertThat(snapshot.exitCode()).as(snapshot.err()).isZero();
        JsonNode taken = JSON.readTree(snapshot.out());
        assertThat(taken.path("taken").asBoolean()).isTrue();
        assertThat(taken.path("chunks").asInt()).isEqualTo(1);
        JsonNode replayed = JSON.readTree(
                run("replay", "kept", "--json").out().lines().findFirst().orElseThrow());
        assertThat(replayed.path("agrees").asBoolean()).isTrue();
        assertThat(replayed.path("compared_snapshots").asInt()).isEqualTo(1);
        // and when one looks what would go, nothing does
        JsonNode dry = JSON.readTree(run("retain", "--dry-run", "--json").out());
        assertThat(dry.path("dry_run").asBoolean()).isTrue();
        assertThat(dry.path("runs_forgotten").asInt()).isEqualTo(1);
        assertThat(run("show", "kept").exitCode()).isZero();
        // and when it goes, it is gone everywhere
        Path archive = files.resolve("archive");
        CommandLineRun retained = run("retain", "--json", "--archive", archive.toString());
        assertThat(retained.exitCode()).as(retained.out() + retained.err()).isZero();
        JsonNode pass = JSON.readTree(retained.out());
        assertThat(pass.path("runs_forgotten").asInt()).as(retained.out()).isEqualTo(1);
        assertThat(pass.path("problems").isEmpty()).isTrue();
        assertThat(run("show", "kept").exitCode()).isEqualTo(1);
        assertThat(run("runs", "--json").out()).doesNotContain("\"kept\"");
        assertThat(run("replay").exitCode()).isZero();
        assertThat(run("retain").out()).contains("  partition 0  ");
        // but for the archive, where it is proved whole, and decided again
        assertThat(pass.path("archived").path("piece").asText()).isEqualTo("00000001");
        CommandLineRun proved = CommandLineRun.of("replay", "--from", archive.toString(), "--strict", "--json");
        assertThat(proved.exitCode()).as(proved.out() + proved.err()).isZero();
        assertThat(proved.out().lines().map(RetainCommandTest::read))
                .anyMatch(v -> v.path("run_id").asText().equals("kept")
                        && v.path("forgotten").asBoolean()
                        && v.path("proved_from").asInt() == 0);
    }

    @Test
    void besideAControlPlaneTheHistoryIsKeptByItself() throws Exception {
        // given
        Path policy = files.resolve("short.yaml");
        Files.writeString(policy, "name: short\nextends: full\nretention: {age: 1ms, finished: 1ms}\n");
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        Path spec = files.resolve("beside.yaml");
        Files.writeString(spec, "name: beside\ngoal: g\ntasks: [{id: a}]\n");
        CommandLineRun submitted = run("submit", spec.toString(), "--preset", "short", "--run-id", "beside");
        while (submitted.out().contains("UNKNOWN_POLICY")) {
            submitted = run("submit", spec.toString(), "--preset", "short", "--run-id", "beside");
        }
        assertThat(run("watch", "beside").exitCode()).isZero();
        Cluster where = site.where();
        Topology topology = site.topology();
        String id = TopologySettings.applicationId(PREFIX);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Function<Client, Operator> as = Signing.operator(null, "keeper");
        // when
        try (KeeperBeside off = KeeperBeside.start(Optional.empty(), null, as, where, id, topology, told::add)) {
            assertThat(run("show", "beside").exitCode()).isZero();
        }
        try (KeeperBeside keeper = KeeperBeside.start(
                Optional.of(Duration.ofMillis(20)), files.resolve("kept"), as, where, id, topology, told::add)) {
            // then
            CommandLineRun shown = run("show", "beside");
            while (!shown.err().contains("no run beside")) {
                assertThat(told).isEmpty();
                assertThat(shown.exitCode()).as(shown.err()).isZero();
                shown = run("show", "beside");
            }
        }
        assertThat(told).isEmpty();
        assertThat(topology.leads()).isTrue();
        assertThat(run("replay").exitCode()).isZero();
    }

    /** What takes the options that a keeper has. */
    @Command
    private static final class Keeps {
        @Mixin
        private KeeperOptions options;

        static KeeperOptions of(String... args) {
            return CommandLine.populateCommand(new Keeps(), args).options;
        }
    }

    @Test
    void whereOperatorsAreNamedSnapshotsAreTakenAndRunsForgottenByWordOfThoseWhoSign() throws Exception {
        // given
        OperatorKey ann = OperatorKey.of(files, "ann");
        OperatorKey keeper = OperatorKey.of(files, "keeper");
        Path policy = Files.writeString(
                files.resolve("signed.yaml"),
                "name: signed\nextends: full\nretention: {age: 1ms, finished: 1ms}\noperators:\n  "
                        + ann.operator("ann") + "\n  " + keeper.operator("keeper") + "\n");
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        Path spec = Files.writeString(files.resolve("signed-run.yaml"), "name: s\ngoal: g\ntasks: [{id: a}]\n");
        site.awaitOut("accepted", "submit", spec.toString(), "--preset", "signed", "--run-id", "by-ann");
        assertThat(run("watch", "by-ann").exitCode()).isZero();
        // when, then: a snapshot
        assertThat(run("snapshot", "by-ann", "--actor", "ann"))
                .matches(r -> r.exitCode() == 1)
                .matches(r -> r.err().contains("No snapshot of run by-ann is taken: UNSIGNED_DIRECTIVE: "))
                .matches(r -> r.err().contains("(--sign-with FILE)"));
        CommandLineRun taken = run("snapshot", "by-ann", "--actor", "ann", "--sign-with", ann.file());
        assertThat(taken.exitCode()).as(taken.err()).isZero();
        // and a run that is over its time
        CommandLineRun unsigned = run("retain", "--json");
        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.out())
                .contains("Run by-ann is over its time and was not forgotten: UNSIGNED_DIRECTIVE: ", "--sign-with FILE")
                .doesNotContain("--keeper-key");
        CommandLineRun retained = run("retain", "--json", "--actor", "ann", "--sign-with", ann.file());
        JsonNode pass = JSON.readTree(retained.out());
        assertThat(pass.path("runs_forgotten").asInt()).as(retained.out()).isEqualTo(1);
        assertThat(pass.path("problems").toString()).doesNotContain("by-ann");
        // and beside a control plane
        assertThat(run("submit", spec.toString(), "--preset", "signed", "--run-id", "by-keeper")
                        .exitCode())
                .isZero();
        assertThat(run("watch", "by-keeper").exitCode()).isZero();
        String id = TopologySettings.applicationId(PREFIX);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (KeeperBeside nobody =
                KeeperBeside.start(Keeps.of("--keep", "1s"), site.where(), id, site.topology(), told::add)) {
            String about = told.poll(60, TimeUnit.SECONDS);
            while (about != null && !about.contains("by-keeper")) {
                about = told.poll(60, TimeUnit.SECONDS);
            }
            assertThat(about)
                    .startsWith("Run by-keeper is over its time and was not forgotten: UNSIGNED_DIRECTIVE: ")
                    .endsWith("; the keeper beside a control plane signs with --keeper-key FILE, as the operator"
                            + " keeper.");
        }
        told.clear();
        KeeperOptions signs = Keeps.of("--keep", "1s", "--keeper-key", keeper.file());
        try (KeeperBeside kept = KeeperBeside.start(signs, site.where(), id, site.topology(), told::add)) {
            CommandLineRun shown = run("show", "by-keeper");
            while (!shown.err().contains("no run by-keeper")) {
                assertThat(told).noneMatch(what -> what.contains("by-keeper"));
                shown = run("show", "by-keeper");
            }
        }
        assertThat(run("replay").exitCode()).isZero();
    }

    @Test
    void whereThePolicyHasItOffASnapshotIsRefusedInOneSentence() throws Exception {
        Path spec = files.resolve("off.yaml");
        Files.writeString(spec, "name: off\ngoal: g\ntasks: [{id: a}]\n");
        assertThat(run("submit", spec.toString(), "--preset", "default", "--run-id", "off")
                        .exitCode())
                .isZero();
        CommandLineRun refused = run("snapshot", "off");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("No snapshot of run off is taken: FEATURE_DISABLED: the policy has trace_replay off");
    }

    @Test
    void whatMakesNoSenseIsToldBeforeAnythingIsDone() {
        assertThat(run("retain", "--every", "soon"))
                .matches(r -> r.exitCode() == 2)
                .matches(r -> r.err().contains("--every takes a time such as 30s, 10m or 1h, not 'soon'."));
        assertThat(run("retain", "--every", "0s").exitCode()).isEqualTo(2);
        assertThat(run("retain", "--every", "1m", "--dry-run"))
                .matches(r -> r.exitCode() == 2)
                .matches(r -> r.err().contains("--every goes on and on"));
        assertThat(CommandLineRun.of("up", "--keep", "soon"))
                .matches(r -> r.exitCode() == 2)
                .matches(r -> r.err().contains("--keep takes a time such as 30s, 10m or 1h, or off, not 'soon'."));
        assertThat(run("serve", "--keep", "0s").exitCode()).isEqualTo(2);
        for (CommandLineRun keyless : List.of(
                CommandLineRun.of("up", "--keeper-key", "none.key"), run("serve", "--keeper-key", "none.key"))) {
            assertThat(keyless.exitCode()).isNotZero();
            assertThat(keyless.out()).isEmpty();
            assertThat(keyless.err()).startsWith("taskgraph: ").contains("none.key");
        }
        assertThat(run("snapshot").exitCode()).isEqualTo(2);
        assertThat(run("retain", "--help").out()).contains("--dry-run", "--every", "--json");
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }
}
