package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Patch;
import io.taskgraph.client.Planner;
import io.taskgraph.client.RunSpec;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.engine.Restoration;
import io.taskgraph.engine.Run;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.Replay;
import io.taskgraph.schemas.trace.SpanIds;
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
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    static Path state;

    @TempDir
    Path files;

    private static final LinkedBlockingQueue<String> TRACEPARENTS = new LinkedBlockingQueue<>();
    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        site = new Site(cluster, "history.", state);
        site.with(worker -> worker.concurrency(4).handler(task -> {
            task.traceparent().ifPresent(TRACEPARENTS::add);
            if (task.taskId().equals("keeper")) {
                task.checkpoint("by-agent", "half way", Map.of("page", "3"));
            }
            return "of " + task.taskId();
        }));
    }

    @AfterAll
    static void stop() {
        site.close();
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

    @Test
    void checkpointsAreTakenListedShownAndExported() throws Exception {
        submit("kept", "tasks: [{id: a}]", "--preset", "full");
        run("watch", "kept");

        CommandLineRun saved =
                run("checkpoint", "save", "kept", "--name", "mine", "--summary", "all done", "--meta", "ticket=T-1");
        CommandLineRun odd = run("checkpoint", "save", "kept", "--name", "../up");
        List<JsonNode> listed = awaitCheckpoints("kept", 3);
        CommandLineRun shown = run("checkpoint", "show", "kept", "mine");
        CommandLineRun exported =
                run("checkpoint", "export", files.resolve("out").toString(), "kept");

        assertThat(saved.out()).startsWith("accepted  kept  checkpoint mine taken");
        assertThat(odd.exitCode()).isEqualTo(1);
        assertThat(odd.out()).startsWith("refused   kept  INVALID_ID: ");
        assertThat(listed)
                .extracting(
                        c -> c.path("name").asText() + "@" + c.path("version").asInt())
                .containsExactly("executing@1", "completed@2", "mine@3");
        assertThat(shown.out()).contains("all done", "T-1", "COMPLETED");
        assertThat(run("checkpoint", "list", "kept").out()).contains("executing@1", "all done");
        Path file = files.resolve("out").resolve("kept").resolve("mine@3.json");
        assertThat(exported.out()).contains(file.toString(), "3 checkpoints in ");
        assertThat(run("checkpoint", "show", "kept", "--file", file.toString()).out())
                .isEqualTo(shown.out());
    }

    @Test
    void oddQuestionsOfCheckpointsAreOneSentence() throws Exception {
        submit("unkept", "tasks: [{id: a}]", "--preset", "default");
        assertThat(run("checkpoint", "save", "unkept").out()).startsWith("refused   unkept  FEATURE_DISABLED: ");
        assertThat(run("checkpoint", "list", "unkept").out()).isEqualTo("No checkpoint is kept of run unkept.\n");
        assertThat(run("checkpoint", "show", "unkept", "c@1"))
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "taskgraph: Run unkept keeps no checkpoint c@1: `taskgraph checkpoint list unkept` lists those it"
                                + " has.\n"));
        assertThat(run("checkpoint", "show", "unkept", "kept/mine@3").err())
                .startsWith("taskgraph: The checkpoint kept/mine@3 is of run kept, not of run unkept");
        assertThat(run("checkpoint", "show", "unkept").exitCode()).isEqualTo(2);
        assertThat(CommandLineRun.of("checkpoint").exitCode()).isEqualTo(2);
    }

    @Test
    void aRunIsForkedAtAnyPointAndSaysWhereItComesFrom() throws Exception {
        submit("old", "tasks: [{id: a}, {id: b, depends_on: [a]}]", "--preset", "full");
        run("watch", "old");
        awaitCheckpoints("old", 2);
        JsonNode atOne = JSON.readTree(run("show", "old", "--at", "1", "--json").out());

        CommandLineRun forked = run("fork", "old", "--at", "1", "--as", "young");
        CommandLineRun again = run("fork", "old", "--at", "1", "--as", "young");
        CommandLineRun taken = run("fork", "old", "--at", "2", "--as", "young");
        CommandLineRun ended = run("fork", "old", "--at", "end");
        CommandLineRun named = run("fork", "old", "--at", "executing", "--as", "named", "--json");
        run("watch", "young");
        JsonNode shown = JSON.readTree(run("show", "young", "--json").out());

        assertThat(forked)
                .isEqualTo(new CommandLineRun(0, "accepted  young  from old after decision 1  2 tasks, 2 to do\n", ""));
        assertThat(again.out()).contains("2 to do  (it had been begun before)");
        assertThat(taken.exitCode()).isEqualTo(1);
        assertThat(taken.out()).startsWith("refused   young  RUN_EXISTS: ");
        assertThat(ended.out()).contains("from old after decision ", "2 tasks, 0 to do");
        assertThat(shown.path("phase").asText()).isEqualTo("COMPLETED");
        assertThat(shown.path("origin").path("run_id").asText()).isEqualTo("old");
        assertThat(shown.path("origin").path("sequence").asInt()).isEqualTo(1);
        assertThat(shown.path("origin").path("state_digest")).isEqualTo(atOne.path("state_digest"));
        assertThat(run("show", "young").out()).contains("run old after decision 1, digest ");
        assertThat(JSON.readTree(named.out()).path("checkpoint").asText()).isEqualTo("executing@1");
        assertThat(run("replay", "young").exitCode()).isZero();
    }

    @Test
    void anAgentTakesACheckpoint() throws Exception {
        submit("agents", "tasks: [{id: keeper}]", "--preset", "full");
        run("watch", "agents");

        List<JsonNode> listed = awaitCheckpoints("agents", 3);

        JsonNode kept = listed.stream()
                .filter(c -> c.path("name").asText().equals("by-agent"))
                .findFirst()
                .orElseThrow();
        assertThat(kept.path("taken_by").asText()).isEqualTo("reports");
        assertThat(kept.path("summary").asText()).isEqualTo("half way");
        assertThat(kept.path("metadata")).isEqualTo(JSON.readTree("{\"page\": \"3\"}"));
        assertThat(kept.path("pending")).isEqualTo(JSON.readTree("[\"keeper\"]"));
    }

    @Test
    void aForkWhoseSenderDiedIsInertAndGoesOnWithTheSameCommand() throws Exception {
        Path policy = Files.writeString(
                files.resolve("small.yaml"),
                "name: small\nextends: full\ncaps: {max_patch_operations: 2}\ncheckpoints: {at: []}\n");
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        try (Client client = Client.connect(site.where().client(Duration.ofSeconds(30)))) {
            Planner planner = client.planner("p");
            await(planner, "big", "small@1", "a", "b");
            for (String id : List.of("c", "d", "e")) {
                planner.patch("big", Patch.empty().addTask(id, task -> task.setAgentType("nobody")))
                        .join()
                        .orThrow();
            }
            Run past = PastRun.at(
                            Replaying.source(site.where(), null), "big", Point.ofSequence(4), Replay.Progress.NONE)
                    .run();
            Forking forking = new Forking(past, "", "half", null, false);
            planner.submit(forking.messages(Restoration.of(past, false), "p").get(0))
                    .join()
                    .orThrow();
        }

        JsonNode half = JSON.readTree(run("show", "half", "--json").out());
        CommandLineRun shown = run("show", "half");
        CommandLineRun why = run("why", "half");
        CommandLineRun rest = run("fork", "big", "--at", "4", "--as", "half");
        JsonNode whole = JSON.readTree(run("show", "half", "--json").out());

        assertThat(half.path("phase").asText()).isEqualTo("IDLE");
        assertThat(half.path("missing_tasks").asInt()).isEqualTo(3);
        assertThat(half.path("dispatches").asInt()).isZero();
        assertThat(shown.out()).contains("it goes on from run big and lacks 3 of its tasks");
        assertThat(why.out()).contains("it lacks tasks of the run that it goes on from");
        assertThat(rest.out())
                .startsWith("accepted  half  from big after decision 4  5 tasks, 5 to do")
                .contains("(it had been begun before)");
        assertThat(whole.path("phase").asText()).isEqualTo("EXECUTING");
        assertThat(whole.path("missing_tasks").asInt()).isZero();
        assertThat(whole.path("tasks").asInt()).isEqualTo(5);
        assertThat(run("replay", "half").exitCode()).isZero();
    }

    /** Created when the policy that was published just now has come to the engine. */
    private static void await(Planner planner, String runId, String policy, String... tasks) {
        Patch patch = Patch.empty();
        for (String id : tasks) {
            patch = patch.addTask(id, task -> task.setAgentType("nobody"));
        }
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Answer answer;
        do {
            answer = planner.createRun(RunSpec.withId(runId).preset(policy).patch(patch))
                    .join();
        } while (!answer.accepted() && System.nanoTime() < limit);
        answer.orThrow();
    }

    @Test
    void aPausedRunIsLoadedFromACheckpointAndOddOnesAreRefused() throws Exception {
        submit("stuck", "tasks: [{id: a, agent_type: nobody}, {id: b, agent_type: nobody}]", "--preset", "full");
        submit("whole", "tasks: [{id: a}]", "--preset", "full");
        run("watch", "whole");
        awaitCheckpoints("stuck", 1);
        awaitCheckpoints("whole", 2);
        Path out = files.resolve("odd");
        run("checkpoint", "export", out.toString(), "stuck");
        Path file = out.resolve("stuck").resolve("executing@1.json");
        String text = Files.readString(file);
        Path changed =
                Files.writeString(files.resolve("changed.json"), text.replaceAll("(state_digest\" : \").", "$1x"));
        Path lied = Files.writeString(
                files.resolve("lied.json"), text.replaceAll("(state_digest\" : \")[0-9a-f]{4}", "$10000"));
        Path late = Files.writeString(
                files.resolve("late.json"), text.replace("\"sequence\" : 1,", "\"sequence\" : 99999,"));

        CommandLineRun going = run("checkpoint", "load", "stuck", "executing");
        run("pause", "stuck");
        awaitCheckpoints("stuck", 2);
        CommandLineRun loaded = awaitStopped("stuck");

        assertThat(going.exitCode()).isEqualTo(1);
        assertThat(going.err()).contains("Run stuck is EXECUTING, and two runs would do the same work");
        assertThat(loaded.out())
                .startsWith("accepted  stuck-at-1  from stuck after decision 1 (executing@1)  2 tasks, 2 to do");
        assertThat(run("checkpoint", "fork", "stuck", "--file", file.toString(), "--as", "again")
                        .exitCode())
                .isZero();
        assertThat(run("checkpoint", "fork", "whole", "--file", file.toString()).err())
                .contains("is of run stuck, not of run whole");
        assertThat(run("checkpoint", "fork", "stuck", "--file", changed.toString())
                        .err())
                .contains("has no state_digest of 64 hex digits");
        assertThat(run("checkpoint", "fork", "stuck", "--file", lied.toString()).err())
                .contains("does not fit run stuck: after decision 1 it has state digest 0000");
        assertThat(run("checkpoint", "fork", "stuck", "--file", late.toString()).err())
                .contains("decisions so far, and none at decision 99999");
        assertThat(run("fork", "stuck", "--at", "99999").err()).contains("none at decision 99999");
        assertThat(run("fork", "stuck", "--at", "whole/executing@1").err()).contains("is of run whole");
        assertThat(run("fork", "stuck", "--at", "2000-01-01T00:00:00Z").err()).contains("did not exist yet");
        assertThat(run("fork", "nobody", "--at", "1").err()).contains("There is no run nobody");
        assertThat(run("fork", "stuck", "--at", "never").err()).contains("keeps no checkpoint never");
        assertThat(run("fork", "stuck", "--at", "1", "--as", "../up").out()).contains("INVALID_ID");
        assertThat(run("fork", "stuck").exitCode()).isEqualTo(2);
        run("cancel", "whole");
        assertThat(run("checkpoint", "load", "whole", "completed").err()).contains("Run whole is COMPLETED");
    }

    /** The summary trails the decisions by half a second. */
    private static CommandLineRun awaitStopped(String runId) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        CommandLineRun loaded;
        do {
            loaded = run("checkpoint", "load", runId, "executing");
        } while (loaded.exitCode() != 0 && System.nanoTime() < limit);
        return loaded;
    }

    /** The topic trails the decisions by a transaction. */
    private List<JsonNode> awaitCheckpoints(String runId, int count) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<JsonNode> listed = List.of();
        while (listed.size() < count && System.nanoTime() < limit) {
            listed = json(run("checkpoint", "list", runId, "--json"));
        }
        return listed;
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
        return site.run(args);
    }
}
