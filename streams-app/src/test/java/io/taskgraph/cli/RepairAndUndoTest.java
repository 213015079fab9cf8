package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of what goes wrong, as its comments tell it, with the commands that they name: on a real broker, with the real
 * control plane and simulated agents.
 */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class RepairAndUndoTest {
    private static final String PREFIX = "repair-and-undo.";
    private static final String RUN = "repair";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);

    @TempDir
    static Path state;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        site = new Site(cluster, PREFIX, state);
        for (int i = 1; i <= 3; i++) {
            String id = "agent-" + i;
            site.with(worker -> worker.workerId(id).handler(new SimulatedWork(1, 0, 0, 1, done -> {})));
        }
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void theExampleGoesItsWay() throws Exception {
        Path examples = Path.of(System.getProperty("taskgraph.root", ".."), "examples");
        assertThat(run(
                                "policy",
                                "publish",
                                examples.resolve("policies/repair.yaml").toString())
                        .exitCode())
                .isZero();
        submitOnceKnown(examples.resolve("repair-and-undo.yaml"), "repair");

        // A failure that can be repaired: what depends on it is set aside, and an operator is called
        JsonNode called = awaitShown(shown -> status(shown, "licence/install").equals("DEFERRED"));
        assertThat(status(called, "licence/order")).isEqualTo("FAILED");
        assertThat(called.path("escalations").asInt()).isPositive();
        assertThat(run("show", RUN).out())
                .contains("escalated", "`taskgraph why " + RUN + "` says what waits for whom");
        CommandLineRun refused = run("retry", RUN, "prices/store");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).startsWith("refused   " + RUN);
        CommandLineRun retried = run("retry", RUN, "licence/order", "--reason", "the card is valid again");
        assertThat(retried.exitCode()).as(retried.out() + retried.err()).isZero();

        // It is over, and the failures that stay are told
        CommandLineRun watched = run("watch", RUN);
        assertThat(watched.exitCode()).as(watched.out() + watched.err()).isEqualTo(1);
        JsonNode over = JSON.readTree(run("show", RUN, "--json").out());
        assertThat(over.path("phase").asText()).isEqualTo("COMPLETED");

        // What was tried again was done at last, going on from where it was
        JsonNode fetched = Site.task(over, "prices/fetch");
        assertThat(fetched.path("status").asText()).isEqualTo("DONE");
        assertThat(fetched.path("attempt").asInt()).isEqualTo(3);
        assertThat(fetched.path("outcome").asText()).contains(", on from 50 percent");
        assertThat(over.path("retries").asInt()).isGreaterThanOrEqualTo(3);

        // The branch that was given up is undone, the last first
        assertThat(status(over, "vm/load")).isEqualTo("FAILED");
        assertThat(status(over, "vm/start")).isIn("FAILED", "CANCELLED");
        assertThat(status(over, "undo/vm/disk")).isEqualTo("DONE");
        assertThat(status(over, "undo/vm/create")).isEqualTo("DONE");
        assertThat(Site.task(over, "undo/vm/create").path("depends_on").toString())
                .isEqualTo("[\"undo/vm/disk\"]");

        // What was repaired went on, and so did what nobody minds
        assertThat(status(over, "licence/install")).isEqualTo("DONE");
        assertThat(status(over, "staff/notify")).isEqualTo("FAILED");
        assertThat(status(over, "report/publish")).isEqualTo("DONE");
        assertThat(over.path("workers").asInt()).isEqualTo(3);
        CommandLineRun replayed = run("replay", RUN);
        assertThat(replayed.exitCode()).as(replayed.err() + replayed.out()).isZero();
    }

    /** The control plane reads what is published a moment later; until then whoever names it is refused. */
    private static void submitOnceKnown(Path file, String policy) {
        long limit = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < limit) {
            CommandLineRun tried = run("submit", file.toString(), "--preset", policy, "--run-id", RUN);
            if (tried.exitCode() == 0) {
                return;
            }
            assertThat(tried.out()).contains("UNKNOWN_POLICY");
        }
        throw new AssertionError("the control plane never knew " + policy);
    }

    private static String status(JsonNode shown, String id) {
        return Site.task(shown, id).path("status").asText();
    }

    private static JsonNode awaitShown(Predicate<JsonNode> enough) throws Exception {
        return site.awaitShown(RUN, enough);
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }
}
