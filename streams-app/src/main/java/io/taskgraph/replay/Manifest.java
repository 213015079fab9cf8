package io.taskgraph.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an export holds: its files with their hashes, and where the log of each run ends.
 *
 * @param prefix of the topics that it was made from
 * @param run the one run that it holds, or null: all there were
 * @param exportedAt when, ISO 8601
 * @param partitions how many the topics had
 * @param previous SHA-256 of the manifest of the archive's piece before, in hex, or null
 * @param parts what was exported of each partition of each topic
 * @param runs where each run's log ends, by run id
 */
record Manifest(
        String prefix,
        String run,
        String exportedAt,
        int partitions,
        String previous,
        List<Part> parts,
        List<OfRun> runs) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "taskgraph-export";
    /** So that a name cannot lead out of the directory. */
    private static final Pattern NAME = Pattern.compile("[a-z-]{1,32}-[0-9]{5}-[0-9]{3,6}\\.avro");

    private static final List<String> FAMILIES = List.of(
            "decisions",
            "mutations",
            "reports",
            "directives",
            "heartbeats",
            "runs",
            "policies",
            LogCopy.SNAPSHOTS,
            LogCopy.TAKEN_AFTER);

    /** Of a file: name, number of records, bytes, SHA-256 in hex, offsets of its first and last record. */
    record File(String name, long records, long bytes, String sha256, long firstOffset, long lastOffset) {
        /** The same, in a directory below. */
        File in(String below) {
            return new File(below + "/" + name, records, bytes, sha256, firstOffset, lastOffset);
        }
    }

    /**
     * Of one partition of a topic.
     *
     * @param begins the offset from which on the topic had records then
     * @param ends the offset up to which they were copied, exclusive
     */
    record Part(String family, int partition, long begins, long ends, List<File> files) {}

    /**
     * Where a run's log ends.
     *
     * @param head null: it was forgotten, and has no end
     * @param from the decision that the run is taken up after, from a snapshot that is among the files; 0: its log begins
     *     here or in a piece before
     */
    record OfRun(String runId, Head head, long from) {}

    /** @return its SHA-256 */
    String write(Path directory) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("version", ExportFormat.VERSION);
        root.put("prefix", prefix)
                .put("run", run)
                .put("exported_at", exportedAt)
                .put("partitions", partitions);
        if (previous != null) {
            root.put("previous_sha256", previous);
        }
        ArrayNode all = root.putArray("parts");
        for (Part p : parts) {
            ObjectNode part = all.addObject();
            part.put("family", p.family())
                    .put("partition", p.partition())
                    .put("begins", p.begins())
                    .put("ends", p.ends());
            ArrayNode files = part.putArray("files");
            for (File f : p.files()) {
                files.addObject()
                        .put("name", f.name())
                        .put("records", f.records())
                        .put("bytes", f.bytes())
                        .put("sha256", f.sha256())
                        .put("first_offset", f.firstOffset())
                        .put("last_offset", f.lastOffset());
            }
        }
        ArrayNode ends = root.putArray("runs");
        for (OfRun r : runs) {
            ObjectNode end = ends.addObject().put("run_id", r.runId());
            if (r.head() == null) {
                end.put("forgotten", true);
                continue;
            }
            end.put("sequence", r.head().sequence())
                    .put("hash", r.head().hash())
                    .put("state_digest", r.head().stateDigest());
            if (r.from() > 0) {
                end.put("proved_from", r.from());
            }
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        CheckSums.write(directory, text);
        return ExportFileWriter.writeText(directory.resolve(ExportFormat.MANIFEST), text);
    }

    /**
     * Of an export, or of all pieces of an archive together.
     *
     * @throws HistoryException if there is none, or none that this version can read
     */
    static Manifest read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new HistoryException(
                    "There is no directory " + directory + ": give one that `taskgraph export` made.");
        }
        boolean single = Files.exists(directory.resolve(ExportFormat.MANIFEST));
        List<Piece> pieces = single ? List.of() : Piece.in(directory);
        return pieces.isEmpty() ? single(directory) : Piece.together(pieces);
    }

    /** Of one export, or of one piece. */
    static Manifest single(Path directory) {
        Path file = directory.resolve(ExportFormat.MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new HistoryException(directory + " has no " + ExportFormat.MANIFEST
                    + ": it is no export, or one that was cut off; export again.");
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.path("format").asText().equals(FORMAT)) {
                throw new HistoryException(file + " is not the manifest of an export.");
            }
            if (root.path("version").asInt() != ExportFormat.VERSION) {
                throw new HistoryException(file + " is of format version "
                        + root.path("version").asText() + ", and this version of taskgraph reads "
                        + ExportFormat.VERSION + ": take a newer one.");
            }
            List<Part> parts = new ArrayList<>();
            for (JsonNode p : root.path("parts")) {
                List<File> files = new ArrayList<>();
                for (JsonNode f : p.path("files")) {
                    files.add(new File(
                            name(file, f.path("name").asText()),
                            f.path("records").asLong(-1),
                            f.path("bytes").asLong(-1),
                            f.path("sha256").asText(),
                            f.path("first_offset").asLong(-1),
                            f.path("last_offset").asLong(-1)));
                }
                parts.add(new Part(
                        family(file, p.path("family").asText()),
                        p.path("partition").asInt(-1),
                        p.path("begins").asLong(),
                        p.path("ends").asLong(-1),
                        files));
            }
            List<OfRun> runs = new ArrayList<>();
            for (JsonNode r : root.path("runs")) {
                Head head = new Head(
                        r.path("sequence").asLong(-1),
                        r.path("hash").asText(),
                        r.path("state_digest").asText());
                runs.add(new OfRun(
                        r.path("run_id").asText(),
                        r.path("forgotten").asBoolean() ? null : head,
                        r.path("proved_from").asLong()));
            }
            // After what is told of it by its content, which is of more help.
            CheckSums.check(directory);
            return new Manifest(
                    root.path("prefix").asText(),
                    root.path("run").isNull() ? null : root.path("run").asText(),
                    root.path("exported_at").asText(),
                    root.path("partitions").asInt(),
                    root.path("previous_sha256").isTextual()
                            ? root.path("previous_sha256").asText()
                            : null,
                    parts,
                    runs);
        } catch (IOException e) {
            throw new HistoryException(file + " cannot be read as JSON: " + e.getMessage(), e);
        }
    }

    private static String family(Path manifest, String family) {
        if (!FAMILIES.contains(family)) {
            throw new HistoryException(manifest + " names files of a kind '" + family
                    + "' that no export has; there are " + String.join(", ", FAMILIES) + ".");
        }
        return family;
    }

    private static String name(Path manifest, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new HistoryException(manifest + " names a file '" + name
                    + "': files of an export are named as decisions-00000-000.avro.");
        }
        return name;
    }

    /** The parts of a family, by partition. */
    List<Part> of(String family) {
        return parts.stream().filter(p -> p.family().equals(family)).toList();
    }
}
