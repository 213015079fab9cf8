package io.taskgraph.deployed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command as a person types it, in a process of its own in the repository's root; its output goes to a file. */
final class CommandLineProcess implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final Path output;

    private CommandLineProcess(List<String> command, Process process, Path output) {
        this.command = command;
        this.process = process;
        this.output = output;
    }

    static CommandLineProcess start(Map<String, String> environment, String... command) throws IOException {
        return start(environment, Arrays.asList(command));
    }

    static CommandLineProcess start(Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile("taskgraph-test", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Images.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new CommandLineProcess(command, builder.start(), output);
    }

    /** Its exit code; fails, with what it wrote, if it is still running at the deadline. */
    int exitCode(Duration deadline) throws InterruptedException {
        if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(this + " did not end within " + deadline.toSeconds() + " s:\n" + output());
        }
        return process.exitValue();
    }

    /** Waits for its end, which must be exit code 0, and gives its output. */
    String succeed(Duration deadline) throws InterruptedException {
        int code = exitCode(deadline);
        if (code != 0) {
            throw new AssertionError(this + " ended with exit code " + code + ":\n" + output());
        }
        return output();
    }

    /** What it wrote so far, to stdout and stderr. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its output cannot be read: " + e.getMessage() + ")";
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command);
    }

    /** Asks it to stop as Ctrl-C would, and after a while makes it. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(output);
    }
}
