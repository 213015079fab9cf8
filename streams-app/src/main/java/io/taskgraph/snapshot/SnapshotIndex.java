package io.taskgraph.snapshot;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The snapshots there are, by run and decision, each checked as it is read, without keeping their entries. Give it every
 * record of the topic in order. Memory: some hundred bytes a chunk. Not thread-safe.
 */
public final class SnapshotIndex {
    private final RecordDeserializer<RunSnapshot> chunks;
    private final RecordDeserializer<Decision> decisions;
    private final Predicate<String> wanted;
    private final TreeMap<String, TreeMap<Long, IndexedSnapshot>> byRun = new TreeMap<>();
    private long foreign;

    /**
     * An empty index.
     *
     * @param wanted which runs' snapshots it is to have
     */
    public SnapshotIndex(
            RecordDeserializer<RunSnapshot> chunks, RecordDeserializer<Decision> decisions, Predicate<String> wanted) {
        this.chunks = chunks;
        this.decisions = decisions;
        this.wanted = wanted;
    }

    /** Takes the topic's next record. One that cannot be read is kept as what is wrong with its snapshot. */
    public void accept(ConsumerRecord<byte[], byte[]> r) {
        Optional<SnapshotKey> key = SnapshotKey.of(r.key());
        if (key.isEmpty()) {
            foreign++;
            return;
        }
        if (!wanted.test(key.get().runId())) {
            return;
        }
        SnapshotKey k = key.get();
        if (r.value() == null && !of(k.runId()).containsKey(k.sequence())) {
            return;
        }
        TreeMap<Long, IndexedSnapshot> ofRun = byRun.computeIfAbsent(k.runId(), id -> new TreeMap<>());
        IndexedSnapshot snapshot = ofRun.computeIfAbsent(
                k.sequence(), sequence -> new IndexedSnapshot(k.runId(), sequence, r.partition()));
        snapshot.put(k.chunk(), facts(k, r));
        if (snapshot.isEmpty()) {
            ofRun.remove(k.sequence());
        }
        if (ofRun.isEmpty()) {
            byRun.remove(k.runId());
        }
    }

    private ChunkFacts facts(SnapshotKey key, ConsumerRecord<byte[], byte[]> r) {
        if (r.value() == null) {
            return null;
        }
        try {
            return ChunkFacts.of(key, chunks.read(r.value()), r.offset(), r.value().length, decisions);
        } catch (UnreadableRecordException e) {
            return ChunkFacts.unreadable(
                    r.offset(), r.value().length, "chunk " + key.chunk() + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Drops a snapshot that is about to be removed from the topic. */
    public void forget(IndexedSnapshot snapshot) {
        TreeMap<Long, IndexedSnapshot> ofRun = byRun.get(snapshot.runId());
        if (ofRun != null && ofRun.remove(snapshot.sequence(), snapshot) && ofRun.isEmpty()) {
            byRun.remove(snapshot.runId());
        }
    }

    /** The runs that have any, by id. */
    public List<String> runs() {
        return List.copyOf(byRun.keySet());
    }

    /** The run's, by decision. */
    public NavigableMap<Long, IndexedSnapshot> of(String runId) {
        TreeMap<Long, IndexedSnapshot> found = byRun.get(runId);
        return found == null ? Collections.emptyNavigableMap() : Collections.unmodifiableNavigableMap(found);
    }

    /** All of them, by run and decision. */
    public List<IndexedSnapshot> all() {
        List<IndexedSnapshot> all = new ArrayList<>();
        byRun.values().forEach(ofRun -> all.addAll(ofRun.values()));
        return all;
    }

    /**
     * Where a run can be taken up whose history is there from a decision on: the earliest snapshot that nothing is wrong
     * with and that lacks none of the decisions after it.
     *
     * @param first the first decision that is there
     */
    public Optional<IndexedSnapshot> basis(String runId, long first) {
        return of(runId).tailMap(first - 1, true).values().stream()
                .filter(s -> s.problem().isEmpty())
                .findFirst();
    }

    /** The run's newest that nothing is wrong with. */
    public Optional<IndexedSnapshot> newest(String runId) {
        return of(runId).descendingMap().values().stream()
                .filter(s -> s.problem().isEmpty())
                .findFirst();
    }

    /** Records whose key is none of a snapshot's. */
    public long foreign() {
        return foreign;
    }
}
