package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands about runs, on a real broker with a control plane and an agent in this JVM. */
@ExtendWith(EmbeddedKafkaExtension.class)
class RunCommandsTest {
    private static final String PREFIX = "commands.";
    private static final String FAILING = "failing";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static EmbeddedCluster embedded;
    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        embedded = cluster;
        site = new Site(cluster, PREFIX, state);
        work("default", 0);
        work(FAILING, 1);
    }

    private static void work(String agentType, double failRate) {
        site.with(worker ->
                worker.agentType(agentType).concurrency(4).handler(new SimulatedWork(1, 0, failRate, 1, done -> {})));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void aSpecificationIsSubmittedWatchedShownListedAndReplayed() throws Exception {
        Path file = write("diamond.yaml", """
            name: Diamond
            goal: come out whole
            labels: {team: a}
            tasks:
              - {id: top, title: Begin, seconds: 0.01}
              - {id: left, depends_on: [top]}
              - {id: "right/🚀", depends_on: [top]}
              - {id: bottom, depends_on: [left, "right/🚀"]}
            """);

        CommandLineRun submitted = run("submit", file.toString(), "--run-id", "diamond");
        CommandLineRun watched = run("watch", "diamond");
        JsonNode shown = JSON.readTree(run("show", "diamond", "--json").out());
        CommandLineRun forPeople = run("show", "diamond");
        CommandLineRun replayed = run("replay", "diamond");

        assertThat(submitted)
                .isEqualTo(new CommandLineRun(0, "accepted  diamond  version 1  4 tasks  (" + file + ")\n", ""));
        assertThat(watched.exitCode()).isZero();
        assertThat(lastLine(watched.out())).startsWith("diamond  COMPLETED  4/4 100%  0 running, 4 done");
        assertThat(shown.path("phase").asText()).isEqualTo("COMPLETED");
        assertThat(shown.path("statuses")).isEqualTo(JSON.readTree("{\"DONE\": 4}"));
        assertThat(shown.path("task_list").findValuesAsText("id")).containsExactly("top", "left", "right/🚀", "bottom");
        assertThat(forPeople.out())
                .contains(
                        "come out whole",
                        "right/🚀",
                        "{team=a}",
                        shown.path("state_digest").asText());
        assertThat(replayed.err()).isEmpty();
        assertThat(replayed.exitCode()).isZero();
        assertThat(replayed.out()).contains("Replay agrees", "Not checked:");
        JsonNode listed = awaitListed("diamond", "COMPLETED");
        assertThat(listed.path("tasks").asInt()).isEqualTo(4);
        assertThat(run("runs").out()).contains("diamond", "COMPLETED", "come out whole");
        assertThat(run("runs", "--active").out()).doesNotContain("diamond ");
    }

    @Test
    void aRefusalIsTheAnswerAndTheExitCode() throws Exception {
        Path cyclic = write("cyclic.yaml", """
            name: cyclic
            tasks: [{id: a, depends_on: [b]}, {id: b, depends_on: [a]}]
            """);

        CommandLineRun refused = run("submit", cyclic.toString(), "--run-id", "cyclic", "--json");
        CommandLineRun shown = run("show", "cyclic");

        JsonNode answer = JSON.readTree(refused.out());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(answer.path("outcome").asText()).isEqualTo("REJECTED");
        assertThat(answer.path("code").asText()).isEqualTo("CYCLE");
        assertThat(answer.path("details")).isEqualTo(JSON.readTree("{\"path\": [\"a\", \"b\", \"a\"]}"));
        assertThat(shown)
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: There is no run cyclic: `taskgraph runs` lists those there are.\n"));
    }

    @Test
    void aGraphAboveTheCapsIsRefusedWithTheRemedy() throws Exception {
        Path large = write(
                "large.yaml",
                "name: large\ntasks: ["
                        + IntStream.range(0, 21)
                                .mapToObj(i -> "{id: t" + i + "}")
                                .collect(Collectors.joining(", "))
                        + "]\n");

        CommandLineRun refused = run("submit", large.toString(), "--run-id", "large");
        JsonNode answer = JSON.readTree(
                run("submit", large.toString(), "--run-id", "large", "--json").out());

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out())
                .contains("CAP_EXCEEDED", "; `--preset NAME` pins a policy with other caps (`taskgraph policy list`)");
        assertThat(answer.path("details").path("limit").isNumber()).isTrue();
    }

    @Test
    void aRunIdIsTakenOnce() throws Exception {
        Path file = write("one.yaml", "name: one\ntasks: [{id: a}]\n");

        run("submit", file.toString(), "--run-id", "once");
        CommandLineRun again = run("submit", file.toString(), "--run-id", "once");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.out()).startsWith("refused   once  RUN_EXISTS: ");
        assertThat(run("show", "once").out()).contains("RUN_EXISTS");
    }

    @Test
    void aHistoryIsAppliedInOrderAndItsRefusalsAreTold() throws Exception {
        Path file = write("history.jsonl", """
            {"seq": 0, "operations": [{"op": "add_task", "id": "a"}, {"op": "add_task", "id": "b"}]}
            {"seq": 1, "operations": [{"op": "update_task", "id": "a", "status": "done"}]}
            {"seq": 2, "operations": [{"op": "update_task", "id": "a", "title": "too late"}]}
            {"seq": 3, "operations": [{"op": "add_dependency", "id": "b", "depends_on": "a"}]}
            """);

        CommandLineRun run = run("submit", file.toString(), "--run-id", "history");
        JsonNode shown = JSON.readTree(run("show", "history", "--json").out());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines().toList().get(0)).startsWith("refused   history  patch 2  TASK_TERMINAL: ");
        assertThat(lastLine(run.out())).startsWith("accepted  history  version 3  3 of 4 patches, 1 refused");
        assertThat(shown.path("policy").asText()).isEqualTo("offline");
        assertThat(shown.path("statuses")).isEqualTo(JSON.readTree("{\"READY\": 1, \"DONE\": 1}"));
        assertThat(shown.path("refusals").get(0).path("code").asText()).isEqualTo("TASK_TERMINAL");
    }

    @Test
    void aFailedTaskIsToldByTheExitCode() throws Exception {
        Path file = write("failing.yaml", """
            name: failing
            tasks: [{id: a, agent_type: failing}, {id: b, depends_on: [a]}]
            """);

        CommandLineRun run = run("submit", file.toString(), "--run-id", "failing", "--watch");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(lastLine(run.out()))
                .startsWith("failing  COMPLETED  2/2 100%")
                .contains("2 failed", "2 retries");
    }

    @Test
    void anOperatorPausesResumesAndCancels() throws Exception {
        Path file = write("idle.yaml", "name: idle\ntasks: [{id: a, agent_type: nobody}]\n");
        run("submit", file.toString(), "--run-id", "idle");

        CommandLineRun paused = run("pause", "idle", "--reason", "lunch");
        JsonNode whilePaused = JSON.readTree(run("show", "idle", "--json").out());
        CommandLineRun resumed = run("resume", "idle");
        CommandLineRun cancelled = run("cancel", "idle", "--json");
        JsonNode afterwards = JSON.readTree(run("show", "idle", "--json").out());

        assertThat(paused.exitCode()).isZero();
        assertThat(paused.out()).startsWith("accepted  idle  paused  (decision ");
        assertThat(whilePaused.path("phase").asText()).isEqualTo("AWAIT_USER");
        assertThat(resumed.exitCode()).isZero();
        assertThat(JSON.readTree(cancelled.out()).path("outcome").asText()).isEqualTo("ACCEPTED");
        assertThat(afterwards.path("statuses")).isEqualTo(JSON.readTree("{\"CANCELLED\": 1}"));
        assertThat(run("release", "idle").out()).startsWith("refused   idle  ILLEGAL_TRANSITION: ");
    }

    @Test
    void whatARunOrATaskWaitsForIsTold() throws Exception {
        Path file = write("waiting.yaml", """
            name: waiting
            tasks: [{id: a, agent_type: nobody}, {id: b, depends_on: [a]}, {id: c, depends_on: [b]}]
            """);
        run("submit", file.toString(), "--run-id", "waiting");

        CommandLineRun ofRun = run("why", "waiting");
        CommandLineRun ofTask = run("why", "waiting", "c");
        JsonNode forPrograms =
                JSON.readTree(run("why", "waiting", "c", "--json").out());
        run("cancel", "waiting");
        CommandLineRun ended = run("why", "waiting", "a");

        assertThat(ofRun.exitCode()).isZero();
        assertThat(ofRun.out())
                .startsWith("waiting  EXECUTING, for ")
                .contains("3 tasks have not ended", "a  DISPATCHED, for ", "2 tasks between wait for these as well");
        assertThat(ofTask.out().lines().toList())
                .anyMatch(line -> line.startsWith("  dependency b is not done"))
                .anyMatch(line -> line.startsWith("    a  DISPATCHED"))
                .anyMatch(line -> line.equals("        frees it: a free agent of that type; simulated ones:"
                        + " `taskgraph agents --agent-type=nobody`"))
                .anyMatch(line -> line.matches("        start_timeout in .*: it is taken back, and offered again"));
        assertThat(forPrograms.path("status").asText()).isEqualTo("PENDING");
        JsonNode reason = forPrograms.path("reasons").get(0);
        assertThat(reason.path("kind").asText()).isEqualTo("dependencies");
        assertThat(reason.path("details").path("held_up_by")).isEqualTo(JSON.readTree("{\"DISPATCHED\": 1}"));
        assertThat(reason.path("through").get(0).path("task_id").asText()).isEqualTo("a");
        assertThat(reason.path("since").asText())
                .isEqualTo(forPrograms.path("since").asText());
        assertThat(ended.out()).contains("a  CANCELLED", "it waits for nothing: it is cancelled");
        assertThat(run("why", "waiting", "d"))
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "taskgraph: There is no task d in run waiting: `taskgraph show waiting --limit 0` lists those"
                                + " there are.\n"));
        assertThat(run("why", "nobody"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: There is no run nobody: `taskgraph runs` lists those there are.\n"));
    }

    @Test
    void allRunsAreReplayedForPrograms() throws Exception {
        Path file = write("two.yaml", "name: two\ntasks: [{id: a}]\n");
        run("submit", file.toString(), "--run-id", "replayed", "--watch");

        CommandLineRun run = run("replay", "--json");

        List<String> lines = run.out().lines().toList();
        JsonNode all = JSON.readTree(lines.get(lines.size() - 1));
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(all.path("agrees").asBoolean()).isTrue();
        assertThat(all.path("runs").asInt()).isEqualTo(lines.size() - 1);
        assertThat(run.out()).contains("{\"run_id\":\"replayed\",\"agrees\":true,\"phase\":\"COMPLETED\"");
    }

    @Test
    void whatIsNotThereIsOneSentence() throws Exception {
        Path broken = write("broken.yaml", "name: broken\ntask: []\n");

        assertThat(run("watch", "nobody"))
                .isEqualTo(new CommandLineRun(
                        1, "", "taskgraph: There is no run nobody: `taskgraph runs` lists those there are.\n"));
        assertThat(run("replay", "nobody").err()).startsWith("taskgraph: There is no run nobody on the decision log");
        assertThat(run("pause", "nobody").out()).startsWith("refused   nobody  UNKNOWN_RUN: ");
        assertThat(run("submit", broken.toString()).exitCode()).isEqualTo(1);
        assertThat(run("submit", broken.toString()).err()).startsWith("taskgraph: " + broken + ":");
        assertThat(run("submit", files.resolve("none.yaml").toString()).err().lines())
                .hasSize(1);
        assertThat(Site.run(embedded, "elsewhere.", "runs").err())
                .startsWith("taskgraph: There is no topic elsewhere.runs on " + embedded.bootstrap());
    }

    private static JsonNode awaitListed(String runId, String phase) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < limit) {
            for (String line : run("runs", "--json").out().lines().toList()) {
                JsonNode listed = JSON.readTree(line);
                if (listed.path("run_id").asText().equals(runId)
                        && listed.path("phase").asText().equals(phase)) {
                    return listed;
                }
            }
        }
        throw new AssertionError("run " + runId + " was never listed as " + phase);
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(files.resolve(name), text);
    }

    private static String lastLine(String text) {
        List<String> lines = text.lines().toList();
        return lines.get(lines.size() - 1);
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }
}
