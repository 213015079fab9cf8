package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is killed in the middle of a run, and comes back: nothing is lost, nothing is recorded twice. */
@Tag("slow")
class CrashProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SPECIFICATION =
            Path.of(System.getProperty("taskgraph.root"), "examples", "release-train.yaml");

    @TempDir
    Path directory;

    @Test
    void aRunFinishesAfterTheControlPlaneWasKilledInItsMiddle() throws Exception {
        CommandWorld world = new CommandWorld(directory);
        try (CommandProcess first = world.up("first");
                CommandProcess agents =
                        world.agents("agents", "--count", "2", "--concurrency", "3", "--time-scale", "0.5")) {
            world.mustRun("submit", SPECIFICATION.toString(), "--run-id", "train");
            JsonNode before = world.awaitShown("train", "eight tasks are done", run -> done(run) >= 8);
            assertThat(done(before)).as("tasks done before the crash").isLessThan(34);

            first.kill();

            try (CommandProcess second = world.up("second")) {
                assertThat(agents.process().isAlive()).as(agents.said()).isTrue();
                CommandLineRun watched = world.run("watch", "train");

                assertThat(watched.exitCode()).as(watched.out() + second.said()).isZero();
                assertThat(world.show("train").path("statuses")).isEqualTo(JSON.readTree("{\"DONE\": 34}"));
                world.mustRun("replay", "--json");
            }
        }
    }

    private static int done(JsonNode run) {
        return run.path("statuses").path("DONE").asInt();
    }
}
