package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is killed in the middle of a run, and comes back: nothing is lost, nothing is recorded twice. */
@Tag("slow")
class CrashProcessTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SPECIFICATION =
            Path.of(System.getProperty("taskgraph.root"), "examples", "release-train.yaml");

    @TempDir
    Path world;

    private JsonNode addresses;

    @Test
    void aRunFinishesAfterTheControlPlaneWasKilledInItsMiddle() throws Exception {
        try (CommandProcess first = up("first", "0", "0");
                CommandProcess agents = agents()) {
            assertThat(run("submit", SPECIFICATION.toString(), "--run-id", "train")
                            .exitCode())
                    .isZero();
            awaitDone(8);

            first.kill();

            try (CommandProcess second = up("second", port("bootstrap"), port("registry"))) {
                assertThat(agents.process().isAlive()).as(agents.said()).isTrue();
                CommandLineRun watched = run("watch", "train");
                JsonNode run = show();
                CommandLineRun replayed = run("replay", "--json");

                assertThat(watched.exitCode()).as(watched.out() + second.said()).isZero();
                assertThat(run.path("statuses")).isEqualTo(JSON.readTree("{\"DONE\": 34}"));
                assertThat(replayed.exitCode())
                        .as(replayed.out() + replayed.err())
                        .isZero();
            }
        }
    }

    private CommandProcess up(String name, String port, String registryPort) throws Exception {
        CommandProcess up = CommandProcess.start(
                world,
                name,
                "up",
                "--json",
                "--data-dir",
                world.resolve("data").toString(),
                "--port",
                port,
                "--registry-port",
                registryPort);
        await(up, () -> !up.out().isBlank());
        addresses = JSON.readTree(up.out());
        return up;
    }

    private CommandProcess agents() throws Exception {
        CommandProcess agents = CommandProcess.start(
                world, "agents", "agents", "--count", "2", "--concurrency", "3", "--time-scale", "0.5", "--json");
        await(agents, () -> agents.out().contains("ready"));
        return agents;
    }

    private String port(String address) {
        String text = addresses.path(address).asText();
        return text.replaceAll("^(http://)?[^:]*:(\\d+).*$", "$2");
    }

    private void awaitDone(int tasks) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int done = 0;
        while (done < tasks && System.nanoTime() < limit) {
            done = show().path("statuses").path("DONE").asInt();
        }
        assertThat(done).as("tasks done before the crash").isBetween(tasks, 33);
    }

    private JsonNode show() throws Exception {
        return JSON.readTree(run("show", "train", "--json").out());
    }

    private CommandLineRun run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 4);
        all[args.length] = "--bootstrap";
        all[args.length + 1] = addresses.path("bootstrap").asText();
        all[args.length + 2] = "--registry";
        all[args.length + 3] = addresses.path("registry").asText();
        return CommandLineRun.of(all);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(CommandProcess process, Condition condition) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertThat(process.process().isAlive()).as(process.said()).isTrue();
            assertThat(System.nanoTime()).as("in time: " + process.said()).isLessThan(limit);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
