package io.taskgraph.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as a process of its own, in a world of its own: its home and its temporary files are below one directory,
 * its output goes into files there.
 */
final class CommandProcess implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private CommandProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts it.
     *
     * @param world the directory, which other commands of the same world share
     * @param name of its output files
     */
    static CommandProcess start(Path world, String name, String... args) throws IOException {
        Path temporary = Files.createDirectories(temporary(world));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-Dtaskgraph.root=" + System.getProperty("taskgraph.root"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        Path out = world.resolve(name + ".out");
        Path err = world.resolve(name + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("TASKGRAPH_HOME", world.resolve("home").toString());
        builder.environment().keySet().removeIf(key -> key.matches("TASKGRAPH_(BOOTSTRAP|REGISTRY|PREFIX|CONFIG)"));
        return new CommandProcess(builder.start(), out, err);
    }

    /** Where commands of this world keep temporary files. */
    static Path temporary(Path world) {
        return world.resolve("tmp");
    }

    Process process() {
        return process;
    }

    /** What it printed so far. */
    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    /** All that it said, for a failing test. */
    String said() throws IOException {
        return out() + Files.readString(err, StandardCharsets.UTF_8);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it and what it started, however far it is. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
