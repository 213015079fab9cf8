package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.client.WorkerBuilder;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.engine.Signed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signed toolpacks at work: real broker, real control plane, agents that have loaded them, that have not, and that have
 * loaded something else. No task has a retry: the first failed attempt would be its end.
 */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class ExtensionsAtWorkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String PREFIX = "extensions-at-work.";

    @TempDir
    static Path files;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) throws Exception {
        site = new Site(cluster, PREFIX, files.resolve("state"));
        for (String name : List.of("extensions", "team")) {
            String policy = Signed.policy(name, "").replace("caps: {", "caps: {max_retries: 0, max_workers: 16, ");
            accepted("policy", "publish", file(name + ".yaml", policy));
        }
        // Until it has read them, the control plane knows none of that name; it reads them in their order.
        site.awaitOut("accepted", "submit", file("known.yaml", """
                name: known
                tasks: [{id: a, agent_type: nobody}]
                """), "--run-id", "known", "--preset", "team");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(files.resolve(name), content).toString();
    }

    private static String out(String... args) {
        return site.run(args).out();
    }

    private static void accepted(String... args) {
        CommandLineRun run = site.run(args);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private static UnaryOperator<WorkerBuilder> worker(String name, String agentType) {
        return w -> w.workerId(name).agentType(agentType).handler(new SimulatedWork(1, 0, 0, 1, done -> {}));
    }

    /** The same, with a toolpack: as it was signed, or tampered with. */
    private static UnaryOperator<WorkerBuilder> worker(
            String name, String agentType, String toolpack, boolean tampered) {
        LoadedToolpack loaded = LoadedToolpack.of(Path.of(toolpack), tampered);
        return w -> worker(name, agentType).apply(w).loaded(loaded.name(), loaded.version(), loaded.tools());
    }

    @Test
    void anUnreadableRecordOfTheRegistryIsNamedAndTheOthersAreListed() throws Exception {
        String topic = PREFIX + "extensions";
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", site.where().bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, "odd@1.0.0".getBytes(UTF_8), new byte[] {1, 2, 3}))
                    .get();
        }
        CommandLineRun listed = site.run("ext", "list");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.err())
                .startsWith("taskgraph: " + topic + "-0 offset ")
                .contains(", key odd@1.0.0 cannot be read: The record has 3 bytes")
                .endsWith("; only the control plane may write this topic, see who else can.\n");
    }

    @Test
    void aToolpackIsSignedEnabledUsedAndRevoked() throws Exception {
        String toolpack = file("files.dsse.json", Signed.toolpack("files", "1.0.0", "ann"));
        site.with(worker("mallory", "default", toolpack, true));
        site.with(worker("agent-1", "default", toolpack, false));
        site.with(worker("agent-2", "default", toolpack, false));
        CommandLineRun unsigned =
                site.run("ext", "propose", file("unsigned.json", Signed.toolpack("files", "1.0.0", "")));
        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.out()).contains("EXTENSION_REFUSED");
        accepted("ext", "propose", toolpack, "--actor", "paul");
        assertThat(out("ext", "enable", "files@1.0.0", "--actor", "paul")).contains("SELF_APPROVAL");
        assertThat(site.run("ext", "why", "files@1.0.0", "--policy", "team").exitCode())
                .isEqualTo(1);
        accepted("ext", "enable", "files@1.0.0", "--actor", "olga", "--reason", "reviewed");
        CommandLineRun why = site.run("ext", "why", "files@1.0.0", "--policy", "team");
        assertThat(why.out()).as(why.err()).contains("may be used: save");
        assertThat(out("ext", "list")).contains("files@1.0.0", "ENABLED", "enabled by olga: reviewed");
        accepted("ext", "suspend", "files@1.0.0", "--actor", "olga", "--reason", "odd");
        assertThat(out("ext", "list")).contains("SUSPENDED", "suspended by olga: odd");
        accepted("ext", "enable", "files@1.0.0", "--actor", "olga");
        assertThat(out("ext", "show", "files@1.0.0"))
                .contains("files@1.0.0  ENABLED  since ", ": enabled by olga\n", "tools  {save=write}");
        assertThat(site.run("ext", "why", "files@9.9.9", "--policy", "team").err())
                .contains("The registry knows no extension files@9.9.9");
        assertThat(site.run("ext", "show", "files@9.9.9").err())
                .contains("The registry knows no extension files@9.9.9");
        assertThat(site.run("ext", "enable", "files").err()).contains("name it as NAME@VERSION");

        accepted("submit", file("r.yaml", """
                name: r
                tasks:
                  - {id: a, seconds: 600, toolpacks: [files@1.0.0]}
                  - {id: b, seconds: 600, toolpacks: [files@1.0.0]}
                """), "--run-id", "r", "--preset", "team");
        JsonNode working = site.awaitShown(
                "r", shown -> shown.path("statuses").path("RUNNING").asInt() == 2);
        assertThat(working.path("task_list").findValuesAsText("worker"))
                .containsExactlyInAnyOrder("agent-1", "agent-2");

        CompletableFuture<CommandLineRun> watch = CompletableFuture.supplyAsync(() -> site.run("watch", "r"));
        accepted("ext", "revoke", "--extension", "files@1.0.0", "--reason", "a hole", "--actor", "olga");
        site.awaitShown("r", shown -> shown.path("statuses").path("DEFERRED").asInt() == 2);
        assertThat(out("events", "r", "--json")).contains("ExtensionWithdrawn");
        assertThat(out("why", "r", "a")).contains("it may not use files@1.0.0: it is revoked");
        assertThat(out("ext", "list")).contains("revoked by olga: a hole");
        assertThat(out("ext", "enable", "files@1.0.0", "--actor", "olga")).contains("ILLEGAL_TRANSITION");
        assertThat(out("ext", "why", "files@1.0.0", "--policy", "r")).contains("may not be used");
        accepted("cancel", "r");
        assertThat(watch.get(90, TimeUnit.SECONDS).out())
                .contains("2 deferred", "2 tasks are set aside: a (it may not use files@1.0.0: it is revoked), b (");
        accepted("replay");
    }

    @Test
    void whereTheRegistrysPolicyNamesOperatorsOnlyWhatTheySignCountsAndTheListSaysWhoseWordIsProved() throws Exception {
        // given
        OperatorKey olga = OperatorKey.of(files, "olga");
        accepted("ext", "propose", file("signs.json", Signed.toolpack("signs", "1.0.0", "ann")), "--actor", "paul");
        accepted(
                "policy",
                "publish",
                file("signed.yaml", Signed.policy("signed", "") + "operators: {" + olga.operator("olga") + "}\n"));
        site.awaitOut("accepted", "policy", "use", "extensions", "signed");
        try {
            // when, then
            assertThat(out("ext", "enable", "signs@1.0.0", "--actor", "olga"))
                    .contains("UNSIGNED_DIRECTIVE: ", "(--sign-with FILE)");
            assertThat(out("policy", "use", "extensions", "extensions", "--actor", "olga"))
                    .contains("UNSIGNED_DIRECTIVE: ");
            assertThat(out("ext", "show", "signs@1.0.0")).contains("\n  by  paul, as it says itself\n");
            accepted("ext", "enable", "signs@1.0.0", "--actor", "olga", "--sign-with", olga.file());
            String proved = "olga, proved by key sha256:";
            site.awaitOut(proved, "ext", "list");
            assertThat(out("ext", "show", "signs@1.0.0")).contains("\n  by  " + proved);
            JsonNode shown = JSON.readTree(out("ext", "show", "signs@1.0.0", "--json"));
            assertThat(shown.path("actor").asText()).isEqualTo("olga");
            assertThat(shown.path("proved_by").asText()).startsWith("sha256:").hasSize(71);
        } finally {
            accepted("policy", "use", "extensions", "extensions", "--actor", "olga", "--sign-with", olga.file());
        }
        accepted("replay");
    }

    @Test
    void whatAnUpdateTakesMoreOfIsShown() throws Exception {
        String more = Signed.manifest("notes", "1.1.0", "acme")
                .replace(
                        "\"tools\": [",
                        "\"tools\": [{\"name\": \"erase\", \"input_schema\": \"" + Signed.digest("erase")
                                + "\", \"risk\": \"write\"}, ");
        accepted("ext", "propose", file("notes.json", Signed.toolpack("notes", "1.0.0", "ann")), "--actor", "paul");
        accepted("ext", "propose", file("more.json", Signed.signed(more, "ann")), "--actor", "paul");

        assertThat(out("ext", "show", "notes@1.0.0")).doesNotContain("update_of", "more_than_before");
        assertThat(out("ext", "show", "notes@1.1.0"))
                .contains(
                        "notes@1.1.0  VERIFIED  since ",
                        "\n  update_of  1.0.0\n",
                        "\n  more_than_before  [it has the tool erase (write), which it had not]\n");
        assertThat(out("ext", "show", "notes@1.1.0", "--json"))
                .contains("\"update_of\":\"1.0.0\",\"more_than_before\":[\"it has the tool erase (write), which it had"
                        + " not\"]");

        accepted("ext", "enable", "notes@1.1.0", "--actor", "olga", "--reason", "agreed");
        assertThat(out("ext", "list"))
                .contains("enabled by olga: agreed. Since 1.0.0: it has the tool erase (write), which it had not");
        accepted("ext", "retire", "notes@1.1.0", "--actor", "olga", "--reason", "had its time");
        assertThat(out("ext", "list")).contains("notes@1.1.0", "RETIRED", "retired by olga: had its time");
    }

    @Test
    void aTeamOfWhichNotAllHaveTheToolpackLosesNoAttempt() throws Exception {
        String toolpack = file("nets.dsse.json", Signed.toolpack("nets", "1.0.0", "ann"));
        accepted("ext", "propose", toolpack, "--actor", "paul");
        accepted("ext", "enable", "nets@1.0.0", "--actor", "olga");
        // Given nobody who has it: one without, and one with something else under its name
        site.with(worker("novice", "mixed")).with(worker("trudy", "mixed", toolpack, true));
        accepted("submit", mixed("mixed", 6, 3), "--run-id", "mixed", "--preset", "team");

        // Then what needs nothing is done all the same, and what needs it is offered still
        site.awaitShown("mixed", shown -> shown.path("statuses").path("DONE").asInt() == 3);
        assertThat(site.awaitOut("EXTENSION_MISMATCH", "why", "mixed", "t5"))
                .contains(
                        "is offered to agents of type mixed that have loaded nets@1.0.0 as signed, none has taken it up;"
                                + " refused with EXTENSION_MISMATCH: trudy");

        // When somebody comes who has it, then that one does it all
        site.with(worker("carrier", "mixed", toolpack, false));
        JsonNode done = site.awaitShown(
                "mixed", shown -> shown.path("statuses").path("DONE").asInt() == 9);
        doneByTheCarrier(done, 6);
        assertThat(out("events", "mixed", "--json"))
                .doesNotContain("AttemptFailed")
                .containsOnlyOnce("ExtensionMismatch");

        // And of what comes with all three there, too
        accepted("submit", mixed("later", 12, 0), "--run-id", "later", "--preset", "team");
        doneByTheCarrier(
                site.awaitShown(
                        "later", shown -> shown.path("statuses").path("DONE").asInt() == 12),
                12);
        assertThat(out("events", "later", "--json")).doesNotContain("AttemptFailed");
        accepted("replay");
    }

    /** A run of tasks that need a toolpack, and some that need none. */
    private static String mixed(String name, int needing, int plain) throws IOException {
        StringBuilder run = new StringBuilder("name: " + name + "\ntasks:\n");
        for (int i = 0; i < needing; i++) {
            run.append("  - {id: t" + i + ", seconds: 0.02, agent_type: mixed, toolpacks: [nets@1.0.0]}\n");
        }
        for (int i = 0; i < plain; i++) {
            run.append("  - {id: plain" + i + ", seconds: 0.02, agent_type: mixed}\n");
        }
        return file(name + "-mixed.yaml", run.toString());
    }

    private static void doneByTheCarrier(JsonNode shown, int tasks) {
        for (int i = 0; i < tasks; i++) {
            JsonNode task = Site.task(shown, "t" + i);
            assertThat(task.path("worker").asText()).isEqualTo("carrier");
            assertThat(task.path("failures").asInt()).isZero();
        }
    }
}
