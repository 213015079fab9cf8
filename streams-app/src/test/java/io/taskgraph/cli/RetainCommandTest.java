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
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

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
