package io.taskgraph.snapshot;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StateDigest;
import io.taskgraph.engine.StoredEntry;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * What is kept of a chunk when its entries are let go again: what they come to, and what it says of the whole.
 *
 * @param offset where it stands on its partition
 * @param bytes size of the record's value
 * @param problem what is wrong with it by itself, a clause; null: nothing
 * @param entries how many it has
 * @param sum what they add to the state digest
 * @param chainHead the hash in the header, if the header is among them, or null
 */
record ChunkFacts(
        long offset,
        int bytes,
        String problem,
        int format,
        Instant takenAt,
        int chunks,
        Digest stateDigest,
        Digest decisionHash,
        int entries,
        StateDigest.EntryHash sum,
        byte[] chainHead) {

    private static final StateDigest.EntryHash NOTHING = new StateDigest.EntryHash(0, 0, 0, 0);

    static ChunkFacts unreadable(long offset, int bytes, String problem) {
        return new ChunkFacts(
                offset, bytes, problem, 0, Instant.EPOCH, 0, Digests.zero(), Digests.zero(), 0, NOTHING, null);
    }

    /** Looks at a chunk, which stands under that key; costs a hash an entry. */
    static ChunkFacts of(
            SnapshotKey key, RunSnapshot chunk, long offset, int bytes, RecordDeserializer<Decision> decisions) {
        StateDigest sum = new StateDigest();
        byte[] chainHead = null;
        String problem = misplaced(key, chunk);
        int entries = 0;
        if (problem == null) {
            for (SnapshotEntry e : chunk.getEntries()) {
                byte[] k = array(e.getKey());
                byte[] v = array(e.getValue());
                try {
                    sum.add(StoredEntry.hash(k, v));
                    chainHead = StoredEntry.isHeader(k) ? StoredEntry.chainHead(v) : chainHead;
                } catch (IllegalArgumentException unreadable) {
                    problem = "chunk " + key.chunk() + " has an entry that cannot be read: " + unreadable.getMessage();
                }
                entries++;
            }
        }
        if (problem == null && key.chunk() == 0) {
            problem = ofDecision(chunk, decisions);
        }
        return new ChunkFacts(
                offset,
                bytes,
                problem,
                chunk.getFormatVersion(),
                chunk.getTakenAt(),
                chunk.getChunks(),
                chunk.getStateDigest(),
                chunk.getDecisionHash(),
                entries,
                words(sum),
                chainHead);
    }

    private static String misplaced(SnapshotKey key, RunSnapshot chunk) {
        if (chunk.getFormatVersion() > Run.FORMAT_VERSION) {
            return "it is of format " + chunk.getFormatVersion() + ", and this version reads up to format "
                    + Run.FORMAT_VERSION + ": upgrade to read it";
        }
        if (!chunk.getRunId().equals(key.runId())) {
            return "chunk " + key.chunk() + " is of another run, " + chunk.getRunId();
        }
        if (chunk.getSequence() != key.sequence()) {
            return "chunk " + key.chunk() + " is of another snapshot, the one at decision " + chunk.getSequence();
        }
        if (chunk.getChunk() != key.chunk()) {
            return "chunk " + chunk.getChunk() + " stands there twice, once in the place of chunk " + key.chunk();
        }
        return null;
    }

    /** The decision has to be the one that the snapshot names, and to name the snapshot's digest. */
    private static String ofDecision(RunSnapshot chunk, RecordDeserializer<Decision> decisions) {
        if (chunk.getDecision() == null) {
            return "its first chunk lacks the decision that it was taken after";
        }
        byte[] record = array(chunk.getDecision());
        Decision d;
        try {
            if (!Digests.ofRecord(record).equals(chunk.getDecisionHash())) {
                return "the decision it carries does not have the hash it names";
            }
            d = decisions.read(record);
        } catch (UnreadableRecordException e) {
            return "the decision it carries cannot be read (" + e.getMessage() + ")";
        }
        boolean own = d.getRunId().equals(chunk.getRunId()) && d.getSequence() == chunk.getSequence();
        if (!own) {
            return "the decision it carries is decision " + d.getSequence() + " of run " + d.getRunId();
        }
        return d.getStateDigest().equals(chunk.getStateDigest())
                ? null
                : "its state digest is not the one that its decision names";
    }

    /** Whether it says the same of the whole. */
    boolean sameSnapshot(ChunkFacts other) {
        return format == other.format
                && chunks == other.chunks
                && takenAt.equals(other.takenAt)
                && stateDigest.equals(other.stateDigest)
                && decisionHash.equals(other.decisionHash);
    }

    boolean headsChain() {
        return chainHead != null && Arrays.equals(chainHead, decisionHash.bytes());
    }

    static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static StateDigest.EntryHash words(StateDigest digest) {
        ByteBuffer b = ByteBuffer.wrap(digest.toBytes());
        return new StateDigest.EntryHash(b.getLong(), b.getLong(), b.getLong(), b.getLong());
    }
}
