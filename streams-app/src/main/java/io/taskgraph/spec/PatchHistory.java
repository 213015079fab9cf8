package io.taskgraph.spec;

import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A history of patches, oldest first, as JSON lines. Blank lines are skipped.
 *
 * @param patches the patches in the order of the file
 */
public record PatchHistory(List<Patch> patches) implements InputFile {
    private static final int ENOUGH_PROBLEMS = 1_000;

    /** Keeps its own copy. */
    public PatchHistory {
        patches = List.copyOf(patches);
    }

    /**
     * One patch.
     *
     * @param seq its number in the history
     * @param line the line it stands on, from 1
     * @param at when it was made, or null
     * @param actor who made it; empty if not told
     * @param expectedVersion the graph version it was made for; null: unconditional
     * @param operations its operations in order
     */
    public record Patch(
            long seq, int line, Instant at, String actor, Long expectedVersion, List<Operation> operations) {
        /** The mutation that asks for it; {@code sentAt} is when the patch was made, or the epoch. */
        public Mutation toMutation(String runId, String messageId) {
            return Mutation.newBuilder()
                    .setMessageId(messageId)
                    .setRunId(runId)
                    .setSentAt(at == null ? Instant.EPOCH : at)
                    .setActor(actor)
                    .setExpectedVersion(expectedVersion)
                    .setOperations(operations)
                    .build();
        }
    }

    /**
     * Reads a history.
     *
     * @throws UnreadableFile with all that is wrong, if it cannot be read or is not one
     */
    public static PatchHistory read(Path file) throws UnreadableFile {
        return read(SourceText.read(file));
    }

    static PatchHistory read(SourceText source) throws UnreadableFile {
        List<Problem> problems = new ArrayList<>();
        List<Patch> patches = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) source.text().lines()::iterator) {
            number++;
            if (!line.isBlank() && problems.size() < ENOUGH_PROBLEMS) {
                patch(line, number, problems).ifPresent(patches::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new UnreadableFile(source.file(), problems);
        }
        return new PatchHistory(patches);
    }

    private static Optional<Patch> patch(String line, int number, List<Problem> problems) {
        int before = problems.size();
        Optional<Node> root = JsonReader.read(line, number - 1, RunSpecification.LIMITS, problems);
        root.ifPresent(node -> FormatSchema.PATCH_HISTORY.check(node, problems));
        if (problems.size() > before || root.isEmpty()) {
            return Optional.empty();
        }
        Node.Mapping patch = (Node.Mapping) root.get();
        Fields fields = new Fields(patch);
        List<Operation> operations = ((Node.Sequence) patch.get("operations").orElseThrow())
                .items().stream().map(PatchOperations::of).toList();
        return at(patch, problems)
                .map(at -> new Patch(
                        fields.integer("seq").orElseThrow(),
                        number,
                        at.orElse(null),
                        fields.text("actor").orElse(""),
                        fields.integer("expected_version").orElse(null),
                        operations));
    }

    /** The outer value is empty if the time cannot be read, the inner one if none is given. */
    private static Optional<Optional<Instant>> at(Node.Mapping patch, List<Problem> problems) {
        Optional<Node> given = patch.get("at");
        if (given.isEmpty()) {
            return Optional.of(Optional.empty());
        }
        try {
            String text = ((Node.Scalar) given.get()).text();
            return Optional.of(Optional.of(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeParseException e) {
            problems.add(new Problem(
                    given.get().line(),
                    given.get().column(),
                    "at must be a time with an offset such as 2026-01-31T12:00:00Z, not "
                            + given.get().describe()));
            return Optional.empty();
        }
    }
}
