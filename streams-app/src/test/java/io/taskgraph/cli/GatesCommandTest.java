package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What judges the record, on a real broker with a control plane and an agent in this JVM. */
@ExtendWith(EmbeddedKafkaExtension.class)
class GatesCommandTest {
    private static final String PREFIX = "gates.";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) throws Exception {
        site = new Site(cluster, PREFIX, state);
        site.with(worker -> worker.concurrency(4).handler(new SimulatedWork(1, 0, 0, 1, done -> {})));
        Path file = state.resolve("chain.yaml");
        Files.writeString(file, """
                name: Chain
                preset: full
                tasks:
                  - {id: a, seconds: 0}
                  - {id: b, seconds: 0, depends_on: [a]}
                """);
        CommandLineRun submitted = run("submit", file.toString(), "--run-id", "chain");
        assertThat(submitted.exitCode()).as(submitted.err()).isZero();
        CommandLineRun watched = run("watch", "chain");
        assertThat(watched.exitCode()).as(watched.err()).isZero();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(files.resolve(name), text);
    }

    @Test
    void aSetPassesOrNotAndLeavesItsReports() throws Exception {
        Path mine = file("mine.yaml", "name: mine\ngates:\n  replay_equivalence: {without_live_state: 0}\n");
        CommandLineRun passes =
                run("gates", "--set", mine.toString() + ",A", "--format", "json", "--out", files.toString());

        assertThat(passes.exitCode()).as("A was not all observed").isEqualTo(1);
        List<String> lines = passes.out().lines().toList();
        JsonNode first = JSON.readTree(lines.get(0));
        assertThat(first.get("verdict").asText()).isEqualTo("PASS");
        assertThat(first.get("runs").get(0).asText()).isEqualTo("chain");
        assertThat(JSON.readTree(lines.get(1)).get("verdict").asText()).isEqualTo("NOT_OBSERVED");
        for (String name : List.of("gates-mine.json", "gates-mine.xml", "gates-mine.md", "gates-a.json")) {
            assertThat(files.resolve(name)).exists();
        }
        assertThat(run("gates", "--set", mine.toString(), "--run", "chain").exitCode())
                .isZero();
        assertThat(run("gates", "--set", mine.toString(), "--since", "0s").exitCode())
                .as("no run was decided on since just now: nothing replayed, and that is no pass")
                .isEqualTo(1);
    }

    @Test
    void anExportIsJudgedWithoutACluster() throws Exception {
        Path mine = file("offline.yaml", "name: mine\ngates:\n  replay_equivalence: {}\n");
        Path export = files.resolve("export");
        assertThat(run("export", "chain", "--to", export.toString()).exitCode()).isZero();
        CommandLineRun judged = CommandLineRun.of(
                "gates", "--set", mine.toString(), "--from", export.toString(), "--run", "chain", "--format", "json");
        CommandLineRun measured = CommandLineRun.of("kpis", "--from", export.toString(), "--json");
        CommandLineRun scored = CommandLineRun.of("scorecard", "--from", export.toString(), "--json");

        assertThat(judged.err()).isEmpty();
        assertThat(judged.exitCode()).isZero();
        assertThat(JSON.readTree(judged.out()).get("verdict").asText()).isEqualTo("PASS");
        assertThat(JSON.readTree(measured.out()).get("runs").asInt()).isEqualTo(1);
        assertThat(scored.exitCode()).as(scored.err()).isZero();
        assertThat(CommandLineRun.of("gates", "--from", export.toString(), "--record", "chain"))
                .matches(r -> r.exitCode() == 2)
                .matches(r -> r.err().contains("--record asks a control plane for a decision"));
        assertThat(CommandLineRun.of("gates", "--from", files.resolve("none").toString())
                        .err())
                .startsWith("taskgraph: There is no directory ");

        Path decisions;
        try (var all = Files.list(export)) {
            decisions = all.filter(f -> f.getFileName().toString().startsWith("decisions-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(decisions);
        bytes[bytes.length - 60] ^= 1;
        Files.write(decisions, bytes);
        assertThat(CommandLineRun.of("gates", "--set", mine.toString(), "--from", export.toString()))
                .matches(r -> r.exitCode() == 1)
                .matches(r -> r.err().startsWith("taskgraph: " + decisions.getFileName() + ", record "));
    }

    @Test
    void aRunIsHeldUntilAPassingReportIsRecorded() throws Exception {
        Path policy = file("held.yaml", """
                name: held
                extends: full
                gates: {required: [mine]}
                """);
        Path graph = file("held-run.yaml", "name: Held\npreset: held\ntasks:\n  - {id: a, seconds: 0}\n");
        Path mine = file("mine2.yaml", "name: mine\ngates:\n  replay_equivalence: {}\n");
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        String id = submitted(graph);
        String shown = "";
        while (!shown.contains("SYNTHESIZING")) {
            shown = run("why", id).out();
        }
        assertThat(shown).contains("missing: mine");
        assertThat(run("show", id).out()).contains("gates --set mine --record " + id);

        CommandLineRun recorded = run("gates", "--set", mine.toString(), "--record", id);
        assertThat(recorded.exitCode()).as(recorded.err()).isZero();
        assertThat(recorded.out()).contains("recorded  gates mine on run " + id);
        assertThat(run("watch", id).exitCode()).isZero();
        assertThat(run("gates", "--set", mine.toString(), "--record", "nobody").err())
                .contains("The report is not about run nobody");
    }

    @Test
    void whereOperatorsAreNamedTheReportIsRecordedAsTheWordOfTheOneWhoSigns() throws Exception {
        // given
        OperatorKey ann = OperatorKey.of(files, "ann");
        Path policy = file(
                "signed-held.yaml",
                "name: signed-held\nextends: full\ngates: {required: [mine]}\noperators: {" + ann.operator("ann")
                        + "}\n");
        Path graph = file("signed-run.yaml", "name: Held\npreset: signed-held\ntasks:\n  - {id: a, seconds: 0}\n");
        String mine = file("mine3.yaml", "name: mine\ngates:\n  replay_equivalence: {}\n")
                .toString();
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        String id = submitted(graph);
        site.awaitOut("missing: mine", "why", id);
        // when, then
        CommandLineRun unsigned = run("gates", "--set", mine, "--record", id, "--actor", "ann");
        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.err())
                .contains("The verdict of gates mine was not recorded: UNSIGNED_DIRECTIVE: ", "(--sign-with FILE)");
        // a key that cannot be used is told before anything is judged
        String careless = OperatorKey.of(files, "careless").open().file();
        CommandLineRun open = run("gates", "--set", mine, "--record", id, "--sign-with", careless);
        assertThat(open.exitCode()).isEqualTo(2);
        assertThat(open.out()).isEmpty();
        assertThat(open.err()).contains("careless.key is open to others");
        CommandLineRun signed =
                run("gates", "--set", mine, "--record", id, "--actor", "ann", "--sign-with", ann.file());
        assertThat(signed.exitCode()).as(signed.err()).isZero();
        assertThat(signed.out()).contains("recorded  gates mine on run " + id);
        assertThat(run("watch", id).exitCode()).isZero();
        assertThat(run("events", id, "--type", "GatesRecorded").out()).contains("*ann ");
    }

    /** The control plane knows a policy a moment after it was published. */
    private String submitted(Path graph) {
        for (int i = 0; i < 1_000; i++) {
            String id = graph.getFileName() + "-" + i;
            if (run("submit", graph.toString(), "--run-id", id).exitCode() == 0) {
                return id;
            }
        }
        throw new AssertionError("the control plane never knew the policy");
    }

    @Test
    void thresholdsThatMakeNoSenseAreRefusedWithTheirPlaces() throws Exception {
        Path bad = file("bad.yaml", "name: bad\ngates:\n  caps: {caps_hit: -1}\n  nothing: {}\n");
        CommandLineRun refused = run("gates", "--set", bad.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("bad.yaml:3:20: caps_hit must be").contains("bad.yaml:4:3: ");
        assertThat(run("gates", "--set", "Z").err()).contains("There is no set of gates Z");
        assertThat(run("gates", "--set", files.resolve("none.yaml").toString()).err())
                .contains("There is no file");
        assertThat(run("gates", "--since", "soon").exitCode()).isEqualTo(2);
        assertThat(run("gates", "--run", "nobody").err()).contains("There is no run nobody");
    }
}
