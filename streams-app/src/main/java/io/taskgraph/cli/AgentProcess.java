package io.taskgraph.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An {@code agents} command in a process of its own, started by this one. It ends when this process does, also when that
 * is killed: its standard input is a pipe from here.
 */
final class AgentProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 8;

    private final String name;
    private final Process process;
    private final Path errors;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile boolean killed;
    private boolean frozen;

    private AgentProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts one; it takes a few seconds until it is {@link #awaitReady ready}.
     *
     * @param name its workers are {@code name-1}, {@code name-2}, …
     * @param clientProperties a file with further client properties, or null
     * @param directory where its error output goes
     */
    static AgentProcess start(
            String name, Cluster cluster, Path clientProperties, int workers, int concurrency, Path directory) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "agents",
                "--json",
                "--stop-with-stdin",
                "--name",
                name,
                "--count",
                Integer.toString(workers),
                "--concurrency",
                Integer.toString(concurrency)));
        if (clientProperties != null) {
            command.addAll(List.of("--config", clientProperties.toString()));
        }
        Path errors = directory.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.remove("TASKGRAPH_CONFIG");
        environment.put("TASKGRAPH_BOOTSTRAP", cluster.bootstrap());
        environment.put("TASKGRAPH_REGISTRY", cluster.registryUrl());
        environment.put("TASKGRAPH_PREFIX", cluster.prefix());
        try {
            AgentProcess agents = new AgentProcess(name, builder.start(), errors);
            agents.listen();
            return agents;
        } catch (IOException e) {
            throw new CommandException("Cannot start an agent process (" + e.getMessage() + ").", e);
        }
    }

    /** Reads its output, so that it never blocks on it, for the one line that matters. */
    private void listen() {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (line.contains("\"event\":\"ready\"")) {
                                ready.countDown();
                            }
                        }
                    } catch (IOException e) {
                        // It ended in the middle of a line, as one does that is killed.
                    }
                },
                "output-of-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether a worker of that id is one of its. */
    boolean has(String workerId) {
        return workerId != null && workerId.startsWith(name + "-");
    }

    /** Whether its workers take tasks now, waiting so long for it. */
    boolean awaitReady(long millis) {
        try {
            return ready.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @throws CommandException with what it said last, if it has ended without having been killed */
    void requireAlive() {
        if (!killed && !process.isAlive()) {
            throw new CommandException("The agent process " + name + " ended by itself with exit code "
                    + process.exitValue() + lastError() + ".");
        }
    }

    private String lastError() {
        try {
            List<String> lines = Files.readAllLines(errors);
            return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1);
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    boolean isKilled() {
        return killed;
    }

    /** SIGSTOP: it does nothing until it is thawed or killed. Whether it could be done. */
    boolean freeze() {
        frozen = signal("STOP");
        return frozen;
    }

    /** SIGCONT: it goes on where it was. */
    void thaw() {
        frozen = false;
        signal("CONT");
    }

    /** Java sends SIGTERM and SIGKILL only; every shell has the others. */
    private boolean signal(String name) {
        try {
            return new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** SIGKILL: it can say and do nothing more. */
    void kill() {
        killed = true;
        frozen = false;
        process.destroyForcibly();
        awaitEnd(STOP_SECONDS);
    }

    /** SIGTERM: it gives back what it holds. Does not wait. */
    void askToStop() {
        if (frozen) {
            thaw();
        }
        process.destroy();
    }

    /** Stops it, by force if it does not within seconds. */
    @Override
    public void close() {
        askToStop();
        if (!awaitEnd(STOP_SECONDS)) {
            process.destroyForcibly();
            awaitEnd(STOP_SECONDS);
        }
    }

    private boolean awaitEnd(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
