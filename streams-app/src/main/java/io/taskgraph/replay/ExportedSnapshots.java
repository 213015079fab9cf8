package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots in an export of the runs of one partition whose beginning it does not have. They stand in the order in which
 * these runs come on its log, those last of which it has no decision, so that log and snapshots are read side by side.
 * Memory: one snapshot. Not thread-safe.
 */
final class ExportedSnapshots implements AutoCloseable {
    private final Cursor chunks;
    private final Cursor taken;
    private final RecordReader<RunSnapshot> reader = new RecordReader<>(RunSnapshot.class);
    private final RecordReader<Decision> decisions = new RecordReader<>(Decision.class);
    private RunSnapshot next;

    private ExportedSnapshots(Cursor chunks, Cursor taken) {
        this.chunks = chunks;
        this.taken = taken;
        advance();
    }

    /** Those of a partition, perhaps none. */
    static ExportedSnapshots of(Path directory, Manifest manifest, int partition) {
        return new ExportedSnapshots(
                cursor(directory, manifest, LogCopy.SNAPSHOTS, partition),
                cursor(directory, manifest, LogCopy.TAKEN_AFTER, partition));
    }

    private static Cursor cursor(Path directory, Manifest manifest, String family, int partition) {
        return manifest.of(family).stream()
                .filter(p -> p.partition() == partition)
                .findFirst()
                .map(p -> new ExportCursor(directory, p))
                .orElse(null);
    }

    private void advance() {
        Recorded r = chunks == null ? null : chunks.next();
        try {
            next = r == null ? null : reader.read(r);
        } catch (UnreadableRecordException e) {
            throw new HistoryException(r.place() + ": it is no part of a snapshot: " + e.getMessage(), e);
        }
    }

    /** The run that the next one is of; empty: there are no more. */
    Optional<String> next() {
        return Optional.ofNullable(next).map(RunSnapshot::getRunId);
    }

    /**
     * The run as the next snapshot has it.
     *
     * @throws HistoryException if anything is wrong with it
     */
    Run load() {
        List<RunSnapshot> parts = new ArrayList<>();
        RunSnapshot first = next;
        do {
            parts.add(next);
            advance();
        } while (next != null
                && next.getRunId().equals(first.getRunId())
                && next.getSequence() == first.getSequence()
                && next.getChunk() > 0);
        Recorded after = taken == null ? null : taken.next();
        if (first.getFormatVersion() > Run.FORMAT_VERSION) {
            throw problem(
                    first,
                    "it is of format " + first.getFormatVersion() + ", and this version reads up to format "
                            + Run.FORMAT_VERSION + ": take a newer one");
        }
        Run run = run(first, parts);
        Decision d = decision(first, after);
        boolean own = d.getRunId().equals(first.getRunId()) && d.getSequence() == first.getSequence();
        if (!own || !Arrays.equals(after.hash(), first.getDecisionHash().bytes())) {
            throw problem(first, "the decision that stands beside it is not the one that it was taken after");
        }
        if (!d.getStateDigest().equals(first.getStateDigest())) {
            throw problem(first, "its state digest is not the one that its decision names");
        }
        return run;
    }

    private static Run run(RunSnapshot first, List<RunSnapshot> parts) {
        Run.Loader loader = new Run.Loader(first.getRunId());
        Run run;
        try {
            for (int i = 0; i < first.getChunks(); i++) {
                if (i >= parts.size() || parts.get(i).getChunk() != i) {
                    throw problem(first, "chunk " + i + " of " + first.getChunks() + " is missing");
                }
                for (SnapshotEntry e : parts.get(i).getEntries()) {
                    loader.accept(array(e.getKey()), array(e.getValue()));
                }
            }
            run = loader.load();
        } catch (IllegalArgumentException e) {
            throw problem(first, "its entries make no run (" + e.getMessage() + ")");
        }
        boolean same = run.exists()
                && run.sequence() == first.getSequence()
                && Arrays.equals(run.stateDigest(), first.getStateDigest().bytes())
                && Arrays.equals(run.lastHash(), first.getDecisionHash().bytes());
        if (!same) {
            throw problem(first, "the run that its entries make stands elsewhere, or has another digest");
        }
        return run;
    }

    private Decision decision(RunSnapshot first, Recorded after) {
        if (after == null) {
            throw problem(first, "the decision that it was taken after is not in the export");
        }
        try {
            return decisions.read(after);
        } catch (UnreadableRecordException e) {
            throw problem(first, "the decision that it was taken after cannot be read (" + e.getMessage() + ")");
        }
    }

    private static HistoryException problem(RunSnapshot s, String what) {
        return new HistoryException("The snapshot of run " + s.getRunId() + " at decision " + s.getSequence()
                + " in the export cannot be used: " + what + ".");
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        if (chunks != null) {
            chunks.close();
        }
        if (taken != null) {
            taken.close();
        }
    }
}
