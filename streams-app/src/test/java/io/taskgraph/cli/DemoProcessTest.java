package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code demo}, shortened, with its broker, its registry and its agents as processes. */
@Tag("slow")
class DemoProcessTest {
    private static final long PATIENCE_SECONDS = 240;
    private static final Path EXAMPLES = Path.of(System.getProperty("taskgraph.root"), "examples");

    @TempDir
    Path world;

    @Test
    void anAgentDiesItsTasksAreDoneByOthersAndReplayAgrees() throws Exception {
        try (CommandProcess demo = CommandProcess.start(
                world,
                "demo",
                "demo",
                "--json",
                "--trace",
                world.resolve("trace.json").toString(),
                "--seconds",
                "5",
                EXAMPLES.resolve("research-report.yaml").toString(),
                EXAMPLES.resolve("release-train.yaml").toString())) {
            assertThat(demo.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();

            assertThat(demo.process().exitValue()).as(demo.said()).isZero();
            JsonNode outcome = new ObjectMapper().readTree(demo.out());
            assertThat(outcome.path("ok").asBoolean()).isTrue();
            assertThat(outcome.path("tasks_done").asInt()).isEqualTo(27 + 34 + 4);
            assertThat(outcome.path("runs").findValuesAsText("phase"))
                    .containsExactly("COMPLETED", "COMPLETED", "COMPLETED");
            assertThat(outcome.path("extension_mismatches").asInt()).isPositive();
            assertThat(outcome.path("tasks_withdrawn").asInt()).isEqualTo(2);
            assertThat(outcome.path("leases_lost").asInt()).isPositive();
            assertThat(outcome.path("retries").asInt())
                    .isGreaterThanOrEqualTo(outcome.path("leases_lost").asInt());
            assertThat(outcome.path("replay_agrees").asBoolean()).isTrue();
            assertThat(outcome.path("fork").path("run_id").asText())
                    .as("a fork of the first run")
                    .startsWith(outcome.path("runs").path(0).path("run_id").asText() + "-at-");
            assertThat(outcome.path("fork").path("tasks_done").asInt())
                    .as("tasks that the agents did in the fork")
                    .isPositive();
            assertThat(new ObjectMapper()
                            .readTree(world.resolve("trace.json").toFile())
                            .path("traceEvents")
                            .size())
                    .as("a trace of more than a hundred events")
                    .isGreaterThan(100);
            assertThat(leftBehind()).as("temporary directories").isEmpty();
        }
    }

    @Test
    void stoppedOnTheWayItLeavesNothingBehind() throws Exception {
        try (CommandProcess demo = CommandProcess.start(world, "demo", "demo", "--seconds", "60")) {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!demo.out().contains("submitted ") && demo.process().isAlive() && System.nanoTime() < limit) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            List<ProcessHandle> started = demo.process().descendants().toList();

            demo.process().destroy(); // SIGTERM

            assertThat(demo.process().waitFor(60, TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
            assertThat(demo.process().exitValue()).as(demo.said()).isNotZero();
            assertThat(started).as("a registry and three agent processes").hasSizeGreaterThanOrEqualTo(4);
            for (ProcessHandle process : started) {
                process.onExit().get(30, TimeUnit.SECONDS);
            }
            assertThat(leftBehind()).as("temporary directories").isEmpty();
            assertThat(world.resolve("home/up.json")).doesNotExist();
        }
    }

    private List<String> leftBehind() throws Exception {
        try (Stream<Path> files = Files.list(CommandProcess.temporary(world))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("taskgraph"))
                    .toList();
        }
    }
}
