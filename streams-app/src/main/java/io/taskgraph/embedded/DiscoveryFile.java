package io.taskgraph.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The note that a running {@code up} leaves, {@code up.json}. A note of a process that is gone (killed, or the machine
 * went down) counts as absent and is cleared away by whoever comes across it.
 */
public final class DiscoveryFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private DiscoveryFile(Path file) {
        this.file = file;
    }

    /** In {@code $TASKGRAPH_HOME}, by default {@code ~/.taskgraph}. */
    public static DiscoveryFile inHome() {
        String home = System.getenv("TASKGRAPH_HOME");
        return in(
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".taskgraph")
                        : Path.of(home));
    }

    /** In a directory of one's own choice, such as a data directory. */
    public static DiscoveryFile in(Path directory) {
        return new DiscoveryFile(directory.resolve("up.json"));
    }

    public Path path() {
        return file;
    }

    /** The cluster noted here, if its process still runs. */
    public Optional<RunningCluster> running() {
        Optional<RunningCluster> noted = read();
        if (noted.isPresent() && !noted.get().alive()) {
            deleteIfStill(noted.get());
            return Optional.empty();
        }
        return noted;
    }

    /** Replaces the note in one step, so that no reader sees half of it. */
    public void write(RunningCluster cluster) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("pid", cluster.pid());
        json.put(
                "processStart",
                cluster.processStart() == null ? null : cluster.processStart().toString());
        json.put("bootstrap", cluster.bootstrap());
        json.put("registry", cluster.registryUrl());
        json.put("prefix", cluster.prefix());
        json.put("dataDir", cluster.dataDir());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = file.resolveSibling("up.json." + cluster.pid());
        Files.writeString(
                draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + System.lineSeparator());
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the note if it still is this cluster's; another's, written meanwhile, stays. */
    public void deleteIfStill(RunningCluster cluster) {
        try {
            if (read().filter(cluster::equals).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + file, e);
        }
    }

    /** What stands in the file; empty when there is none or it is not such a note. */
    private Optional<RunningCluster> read() {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (!json.path("pid").canConvertToLong() || !json.path("bootstrap").isTextual()) {
                return Optional.empty();
            }
            return Optional.of(new RunningCluster(
                    json.path("pid").asLong(),
                    json.path("processStart").isTextual()
                            ? Instant.parse(json.path("processStart").asText())
                            : null,
                    json.path("bootstrap").asText(),
                    json.path("registry").asText(),
                    json.path("prefix").asText(),
                    json.path("dataDir").isTextual() ? json.path("dataDir").asText() : null));
        } catch (IOException | DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
