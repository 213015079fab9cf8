package io.taskgraph.snapshot;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Run;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run's whole state after one decision, cut into chunks that each fit into a record. It carries the decision itself, so
 * that it can be checked when the log has it no more: the decision hashes to the chain's head, and names the state's digest.
 * The same log gives the same bytes, whoever takes it and when.
 */
public final class Snapshot {
    /** How many bytes of entries a chunk has at the most, one larger entry excepted. Far below what a record may have. */
    static final int CHUNK_BYTES = 1024 * 1024;
    /** What an entry takes beside its key and value, at the most. */
    private static final int PER_ENTRY = 10;

    private Snapshot() {}

    /**
     * The chunks of a snapshot of the run as it stands, sealed and chained. Costs a serialization of every entry.
     *
     * @param last its last decision
     * @param record that decision as it stands on the log, wire format
     * @throws IllegalArgumentException if the run does not stand after that decision
     */
    public static List<RunSnapshot> of(Run run, Decision last, byte[] record) {
        if (!run.exists() || run.sequence() != last.getSequence()) {
            throw new IllegalArgumentException("run " + run.runId() + " stands after decision " + run.sequence()
                    + ", not after " + last.getSequence());
        }
        List<EntryChange> entries = new ArrayList<>(run.entries());
        entries.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        List<List<SnapshotEntry>> parts = new ArrayList<>();
        List<SnapshotEntry> part = new ArrayList<>();
        parts.add(part);
        long bytes = record.length;
        for (EntryChange e : entries) {
            int size = e.key().length + e.value().length + PER_ENTRY;
            // The first chunk has the decision, which may be large: it may have nothing else.
            boolean first = parts.size() == 1 && part.isEmpty();
            if (bytes + size > CHUNK_BYTES && (!part.isEmpty() || first)) {
                part = new ArrayList<>();
                parts.add(part);
                bytes = 0;
            }
            part.add(new SnapshotEntry(ByteBuffer.wrap(e.key()), ByteBuffer.wrap(e.value())));
            bytes += size;
        }
        List<RunSnapshot> chunks = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            chunks.add(new RunSnapshot(
                    run.runId(),
                    run.sequence(),
                    Run.FORMAT_VERSION,
                    last.getDecidedAt(),
                    i,
                    parts.size(),
                    parts.get(i),
                    new Digest(run.stateDigest()),
                    new Digest(run.lastHash()),
                    i == 0 ? ByteBuffer.wrap(record) : null));
        }
        return chunks;
    }
}
