package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a person has on one machine: an {@code up}, agents in processes of their own, and a command line to both. */
final class CommandWorld {
    private static final long PATIENCE_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private JsonNode addresses;

    /**
     * A world.
     *
     * @param directory everything in it is below this
     */
    CommandWorld(Path directory) {
        this.directory = directory;
    }

    /** Starts {@code up} and waits until it takes clients. After one that ended it has its ports and its data. */
    CommandProcess up(String name) throws Exception {
        CommandProcess up = CommandProcess.start(
                directory,
                name,
                "up",
                "--json",
                "--data-dir",
                directory.resolve("data").toString(),
                "--port",
                addresses == null ? "0" : port("bootstrap"),
                "--registry-port",
                addresses == null ? "0" : port("registry"));
        await(up, () -> !up.out().isBlank());
        addresses = JSON.readTree(up.out());
        return up;
    }

    /** Starts {@code agents}, named {@code NAME-1} and so on, and waits until they take tasks. */
    CommandProcess agents(String name, String... options) throws Exception {
        String[] all = Arrays.copyOf(new String[] {"agents", "--json", "--name", name}, 4 + options.length);
        System.arraycopy(options, 0, all, 4, options.length);
        CommandProcess agents = CommandProcess.start(directory, name, all);
        await(agents, () -> agents.out().contains("ready"));
        return agents;
    }

    /** Runs a command against this world's {@code up}. */
    CommandLineRun run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 4);
        all[args.length] = "--bootstrap";
        all[args.length + 1] = addresses.path("bootstrap").asText();
        all[args.length + 2] = "--registry";
        all[args.length + 3] = addresses.path("registry").asText();
        return CommandLineRun.of(all);
    }

    /** Runs a command that has to succeed. */
    CommandLineRun mustRun(String... args) {
        CommandLineRun run = run(args);
        assertThat(run.exitCode())
                .as(String.join(" ", args) + ": " + run.out() + run.err())
                .isZero();
        return run;
    }

    /** What {@code show --json} says of a run. */
    JsonNode show(String runId) throws IOException {
        return JSON.readTree(run("show", runId, "--json").out());
    }

    /** Waits until what {@code show --json} says is so, and gives it. */
    JsonNode awaitShown(String runId, String what, Predicate<JsonNode> holds) throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        JsonNode shown = show(runId);
        while (!holds.test(shown)) {
            assertThat(System.nanoTime())
                    .as("in time " + what + ", but: " + shown)
                    .isLessThan(limit);
            shown = show(runId);
        }
        return shown;
    }

    private String port(String address) {
        String text = addresses.path(address).asText();
        return text.replaceAll("^(http://)?[^:]*:(\\d+).*$", "$2");
    }

    private interface Condition {
        boolean holds() throws IOException;
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
