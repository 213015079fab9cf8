package io.taskgraph.snapshot;

import io.taskgraph.engine.StateDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A snapshot as it stands on the topic: where its chunks are and what they come to, without their entries. */
public final class IndexedSnapshot {
    private final String runId;
    private final long sequence;
    private final int partition;
    private final TreeMap<Integer, ChunkFacts> chunks = new TreeMap<>();

    IndexedSnapshot(String runId, long sequence, int partition) {
        this.runId = runId;
        this.sequence = sequence;
        this.partition = partition;
    }

    void put(int chunk, ChunkFacts facts) {
        if (facts == null) {
            chunks.remove(chunk);
        } else {
            chunks.put(chunk, facts);
        }
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    public String runId() {
        return runId;
    }

    /** The decision after which it was taken. */
    public long sequence() {
        return sequence;
    }

    /** The partition that it stands in. */
    public int partition() {
        return partition;
    }

    /** The time of its decision, as its first chunk says. */
    public Instant takenAt() {
        return first().takenAt();
    }

    /** Digest of the state, as its first chunk says. */
    public byte[] stateDigest() {
        return first().stateDigest().bytes();
    }

    /** Hash of its decision, as its first chunk says. */
    public byte[] decisionHash() {
        return first().decisionHash().bytes();
    }

    /** How many entries its chunks have. */
    public int entries() {
        return chunks.values().stream().mapToInt(ChunkFacts::entries).sum();
    }

    /** What its chunks take on the topic, in bytes. */
    public long bytes() {
        return chunks.values().stream().mapToLong(ChunkFacts::bytes).sum();
    }

    /** The keys of the chunks that are there. */
    public List<SnapshotKey> keys() {
        return chunks.keySet().stream()
                .map(chunk -> new SnapshotKey(runId, sequence, chunk))
                .toList();
    }

    /** Offsets of the chunks, by number. */
    List<Long> offsets() {
        return chunks.values().stream().map(ChunkFacts::offset).toList();
    }

    private ChunkFacts first() {
        return chunks.firstEntry().getValue();
    }

    /**
     * What is wrong with it, a clause such as {@code chunk 1 of 3 is missing}; empty: it is whole, every entry is there as
     * the digest says, and its decision is the one it names. That the decision is the run's own is for replay to say.
     */
    public Optional<String> problem() {
        ChunkFacts first = first();
        for (ChunkFacts c : chunks.values()) {
            if (c.problem() != null) {
                return Optional.of(c.problem());
            }
        }
        for (ChunkFacts c : chunks.values()) {
            if (!c.sameSnapshot(first)) {
                return Optional.of(
                        "its chunks do not belong together: they name different digests or numbers of chunks");
            }
        }
        for (int i = 0; i < first.chunks(); i++) {
            if (!chunks.containsKey(i)) {
                return Optional.of("chunk " + i + " of " + first.chunks() + " is missing");
            }
        }
        if (chunks.size() > first.chunks()) {
            return Optional.of("it has chunk " + chunks.lastKey() + ", and is one of " + first.chunks());
        }
        StateDigest sum = new StateDigest();
        chunks.values().forEach(c -> sum.add(c.sum()));
        if (!Arrays.equals(sum.toBytes(), stateDigest())) {
            return Optional.of(
                    "its entries have the digest " + hex(sum.toBytes()) + ", and it names " + hex(stateDigest()));
        }
        if (chunks.values().stream().noneMatch(ChunkFacts::headsChain)) {
            return Optional.of("its header does not end in the hash of its decision");
        }
        return Optional.empty();
    }

    /** Whether chunks of it are not there: it may be being written. */
    public boolean isIncomplete() {
        return chunks.size() < first().chunks();
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
