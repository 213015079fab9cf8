package io.taskgraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Phase;
import io.taskgraph.engine.Checkpoints;
import io.taskgraph.query.RecordFields;
import io.taskgraph.schemas.codec.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A checkpoint as a JSON file: the record's fields under {@code snake_case} names. Every version that was ever written stays
 * readable; a later one is refused.
 */
final class CheckpointFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int LARGEST = 4 * 1024 * 1024;

    private CheckpointFile() {}

    /** What people name it by: name, an at sign and version. */
    static String id(Checkpoint c) {
        return c.getName() + "@" + c.getVersion();
    }

    /**
     * Writes it to {@code DIR/RUN/NAME@VERSION.json}, in place of one that is there.
     *
     * @return the file
     * @throws CommandException if its ids would lead elsewhere: nothing is written then
     */
    static Path write(Path directory, Checkpoint c) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        boolean odd = Checkpoints.problemOfName(c.getName()) != null
                || !c.getRunId().matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
                || c.getVersion() < 1;
        Path file =
                odd ? root : root.resolve(c.getRunId()).resolve(id(c) + ".json").normalize();
        if (odd || !file.startsWith(root) || Files.isSymbolicLink(file) || Files.isSymbolicLink(file.getParent())) {
            throw new CommandException("The checkpoint " + JsonLine.of(id(c)) + " of run " + JsonLine.of(c.getRunId())
                    + " cannot be written below " + directory
                    + ": its ids, or a link there, lead elsewhere. Take that away, or export to another directory.");
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, JSON.writeValueAsString(RecordFields.of(c)) + "\n");
        return file;
    }

    /**
     * Reads one.
     *
     * @throws CommandException with one sentence that names the file and what is wrong with it
     */
    static Checkpoint read(Path file) {
        JsonNode fields;
        try {
            if (Files.size(file) > LARGEST) {
                throw odd(file, "has more than " + LARGEST + " bytes");
            }
            fields = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw odd(
                    file,
                    "is no JSON (line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ")");
        } catch (IOException e) {
            throw new CommandException(
                    "Cannot read the checkpoint " + file + ": there is no such file, or no right to" + " read it.", e);
        }
        if (fields == null || !fields.isObject()) {
            throw odd(file, "is no JSON object");
        }
        long format = whole(file, fields, "format_version", 1);
        if (format > Checkpoints.FORMAT_VERSION) {
            throw odd(
                    file,
                    "is of format " + format + ", and this version of taskgraph reads up to "
                            + Checkpoints.FORMAT_VERSION + ": upgrade it");
        }
        Checkpoint c = new Checkpoint();
        c.setFormatVersion((int) format);
        c.setRunId(text(file, fields, "run_id"));
        c.setName(text(file, fields, "name"));
        if (Checkpoints.problemOfName(c.getName()) != null) {
            throw odd(file, "has a name that " + Checkpoints.problemOfName(c.getName()));
        }
        c.setVersion((int) whole(file, fields, "version", 1));
        c.setSequence(whole(file, fields, "sequence", 1));
        c.setStateDigest(digest(file, fields, "state_digest"));
        c.setDecisionHash(digest(file, fields, "decision_hash"));
        try {
            c.setTakenAt(Instant.parse(text(file, fields, "taken_at")));
            c.setPhase(Phase.valueOf(text(file, fields, "phase")));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw odd(file, "has a taken_at that is no time, or a phase that is none");
        }
        c.setTakenBy(text(file, fields, "taken_by"));
        c.setActor(text(file, fields, "actor"));
        c.setGoal(text(file, fields, "goal"));
        c.setSummary(text(file, fields, "summary"));
        c.setPolicyName(text(file, fields, "policy_name"));
        c.setPolicyDigest(text(file, fields, "policy_digest"));
        c.setGraphVersion(whole(file, fields, "graph_version", 0));
        c.setUnfinished((int) whole(file, fields, "unfinished", 0));
        c.setTasks((int) whole(file, fields, "tasks", 0));
        List<String> pending = new ArrayList<>();
        fields.path("pending").forEach(id -> pending.add(id.asText()));
        c.setPending(pending);
        Map<String, String> metadata = new TreeMap<>();
        fields.path("metadata")
                .fields()
                .forEachRemaining(e -> metadata.put(e.getKey(), e.getValue().asText()));
        c.setMetadata(metadata);
        return c;
    }

    private static String text(Path file, JsonNode fields, String name) {
        JsonNode value = fields.path(name);
        if (!value.isTextual()) {
            throw odd(file, "has no text " + name);
        }
        return value.asText();
    }

    private static long whole(Path file, JsonNode fields, String name, long least) {
        JsonNode value = fields.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least) {
            throw odd(file, "has no whole number " + name + " of at least " + least);
        }
        return value.asLong();
    }

    private static Digest digest(Path file, JsonNode fields, String name) {
        try {
            return Digests.parse(text(file, fields, name));
        } catch (IllegalArgumentException e) {
            throw odd(file, "has no " + name + " of 64 hex digits");
        }
    }

    private static CommandException odd(Path file, String what) {
        return new CommandException(
                "The checkpoint " + file + " " + what + "; take one that `taskgraph checkpoint export`" + " wrote.");
    }
}
