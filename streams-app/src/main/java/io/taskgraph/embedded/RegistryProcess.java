package io.taskgraph.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One Apicurio Registry process on 127.0.0.1, its data in an H2 file that every commit is written to before it is
 * answered. It never outlives the process that started it, see {@link RegistryGuard}.
 */
final class RegistryProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 50;
    private static final long STOP_SECONDS = 5;
    /** What Quarkus says once its port is bound. */
    private static final String LISTENING = "Listening on";
    /** What it says when its port is not free; the words differ by what its log's level is. */
    private static final Pattern LOST_PORT = Pattern.compile("Port already bound|Port \\d+ seems to be in use");

    private final Process process;
    private final int port;
    private final Path log;
    private final Path note;

    private RegistryProcess(Process process, int port, Path log, Path note) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.note = note;
    }

    /**
     * Starts the process and returns at once; {@link #awaitReady} says whether it came up.
     *
     * @param directory where it keeps its data, its log and the note of its process id
     */
    static RegistryProcess launch(RegistryInstallation installation, Path directory, int port) {
        Path log = directory.resolve("registry.log");
        Path note = directory.resolve("registry.pid");
        try {
            endOrphan(note);
            Path scratch = Files.createDirectories(directory.resolve("tmp"));
            Process process = new ProcessBuilder(command(installation, directory, scratch, port))
                    .directory(directory.toFile())
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            remember(note, process.toHandle());
            return new RegistryProcess(process, port, log, note);
        } catch (IOException e) {
            throw new EmbeddedException("Cannot start the schema registry in " + directory + " (" + e + ").", e);
        }
    }

    /** @throws EmbeddedException when it ends, or is not ready in two minutes; tells the log's last line */
    void awaitReady() {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://" + Ports.HOST + ":" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        Instant limit = Instant.now().plus(START_LIMIT);
        while (Instant.now().isBefore(limit)) {
            if (!process.isAlive()) {
                throw new EmbeddedException("The schema registry ended while starting, with exit code "
                        + process.exitValue() + " (" + lastLine() + "); its log is " + log + ".");
            }
            // Another registry may answer on this port, while ours is about to find that it lost it.
            if (read(log).contains(LISTENING) && answers(client, ready)) {
                return;
            }
            pause();
        }
        close();
        throw new EmbeddedException(
                "The schema registry was not ready within " + START_LIMIT.toSeconds() + " s; its log is " + log + ".");
    }

    /** Base URL of the Confluent-compatible API. */
    String url() {
        return "http://" + Ports.HOST + ":" + port + "/apis/ccompat/v7";
    }

    int port() {
        return port;
    }

    /** Whether the port was lost to another process between our looking and the registry's binding it. */
    boolean lostItsPort() {
        return !process.isAlive() && LOST_PORT.matcher(read(log)).find();
    }

    Process process() {
        return process;
    }

    /** Asks it to end, and makes it end when it does not within seconds. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close(); // the guard sees the end of its input
        } catch (IOException goneAlready) {
            // Then there is nothing to ask.
        }
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Files.deleteIfExists(note);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException harmless) {
            // The note of a process that is gone counts as none.
        }
    }

    private static List<String> command(RegistryInstallation installation, Path directory, Path scratch, int port) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = installation.runner() + System.getProperty("path.separator") + installation.ourClasses();
        String database = "jdbc:h2:file:" + directory.resolve("registry") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "-Xmx256m", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        List.of(
                        "java.io.tmpdir=" + scratch,
                        "quarkus.http.host=" + Ports.HOST,
                        "quarkus.http.port=" + port,
                        "quarkus.banner.enabled=false",
                        "quarkus.log.console.level=INFO",
                        "quarkus.log.level=WARN",
                        "quarkus.log.category.\"io.quarkus\".level=INFO",
                        "apicurio.storage.kind=sql",
                        "apicurio.storage.sql.kind=h2",
                        "apicurio.datasource.url=" + database,
                        // Twenty connections at the start are the default; one process on this machine needs few.
                        "apicurio.datasource.jdbc.initial-size=1",
                        "apicurio.datasource.jdbc.min-size=1",
                        "apicurio.datasource.jdbc.max-size=8",
                        "apicurio.import.work-dir=" + scratch,
                        "apicurio.storage.snapshot.location=" + scratch)
                .forEach(property -> command.add("-D" + property));
        command.addAll(List.of("-cp", classPath, RegistryGuard.class.getName(), installation.mainClass()));
        return command;
    }

    private static boolean answers(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedException("Interrupted while the schema registry was starting.", e);
        }
    }

    private void pause() {
        try {
            process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedException("Interrupted while the schema registry was starting.", e);
        }
    }

    private static void remember(Path note, ProcessHandle handle) throws IOException {
        ProcessIdentity identity = ProcessIdentity.of(handle);
        Files.writeString(note, identity.pid() + " " + (identity.start() == null ? "-" : identity.start()));
    }

    /** Belt and braces beside the guard: a registry that was stopped (SIGSTOP) or hung when its parent died. */
    private static void endOrphan(Path note) {
        String[] parts = read(note).strip().split(" ");
        if (parts.length != 2 || parts[1].equals("-")) {
            return;
        }
        ProcessIdentity.of(Long.parseLong(parts[0]), Instant.parse(parts[1]))
                .handle()
                .ifPresent(orphan -> {
                    orphan.destroyForcibly();
                    orphan.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
                });
    }

    private String lastLine() {
        List<String> lines = read(log).lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }
}
