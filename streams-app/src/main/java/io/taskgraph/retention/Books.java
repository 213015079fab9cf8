package io.taskgraph.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.Snapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotIndex;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Every run of the log, folded decision by decision with the live {@code apply}; on the way the snapshots are taken that
 * policies and operators want. What it takes is verified by construction: the number, chain and digest of every decision
 * before it were checked.
 */
final class Books {
    private final TreeMap<String, KeptRun> runs = new TreeMap<>();
    private final Map<Integer, InputMarks> inputs = new HashMap<>();
    private final Map<Integer, String> unreadable = new TreeMap<>();
    /** What this pass wrote and has not read back yet, by run. */
    private final Map<String, List<SnapshotKey>> written = new HashMap<>();

    private final RecordDeserializer<Decision> reader;
    private final SnapshotTopic topic;
    private Steps steps;
    private long only;
    private long decisions;
    private int taken;
    private int chunks;
    private int removed;

    Books(RecordDeserializer<Decision> reader, SnapshotTopic topic) {
        this.reader = reader;
        this.topic = topic;
    }

    /**
     * Begins a pass: what is done from here on is done so, and counted anew.
     *
     * @param at the one decision at which a snapshot is taken; negative: wherever policies and operators want them
     */
    void begin(Steps by, long at) {
        steps = by;
        only = at;
        decisions = 0;
        taken = 0;
        chunks = 0;
        removed = 0;
        written.clear();
    }

    /** Folds the log's next record. */
    void accept(ConsumerRecord<byte[], byte[]> r) {
        decisions++;
        if (unreadable.containsKey(r.partition())) {
            return;
        }
        Decision d;
        try {
            d = reader.read(r.value());
        } catch (UnreadableRecordException e) {
            unreadable.put(
                    r.partition(),
                    "The decision at offset " + r.offset() + " of " + r.topic() + "-" + r.partition()
                            + " cannot be read, so that nothing of that partition goes: " + e.getMessage());
            return;
        }
        if (d.getSequence() > 0 && !isAtHome(d.getRunId(), r)) {
            unreadable.put(
                    r.partition(),
                    "The decision at offset " + r.offset() + " of " + r.topic() + "-" + r.partition() + " is of run "
                            + d.getRunId() + ", and stands under another key or in another partition than that run's,"
                            + " so that nothing of that partition goes: `taskgraph replay --all` says more.");
            return;
        }
        inputs.computeIfAbsent(r.partition(), p -> new InputMarks()).saw(r.offset(), d.getCause());
        if (d.getSequence() > 0) {
            fold(d, r);
        }
    }

    /** Where a run is not, its decisions say nothing about what is needed of its own partition. */
    private boolean isAtHome(String runId, ConsumerRecord<byte[], byte[]> r) {
        return Arrays.equals(runId.getBytes(UTF_8), r.key())
                && (topic.width() == 0 || SnapshotTopic.partitionOf(runId, topic.width()) == r.partition());
    }

    private void fold(Decision d, ConsumerRecord<byte[], byte[]> r) {
        KeptRun run = runs.get(d.getRunId());
        if (run == null || run.forgotten()) {
            run = begun(d, r);
            runs.put(d.getRunId(), run);
        }
        run.seen(d, r.offset());
        if (!run.hasState() && run.problem().isEmpty()) {
            run = resumed(run, d);
        }
        boolean forgets = d.getFacts().stream().anyMatch(f -> f.getRunForgotten() != null);
        if (forgets) {
            dropSnapshots(d.getRunId(), d.getDecidedAt());
            takeBack(d.getRunId());
        }
        if (run.problem().isPresent()) {
            if (forgets) {
                runs.remove(d.getRunId());
            }
            return;
        }
        if (run.passesOver(d, r.value())) {
            return;
        }
        boolean endedBefore = run.ended();
        run.accept(d, r.value(), r.offset());
        if (run.forgotten()) {
            return;
        }
        if (wanted(run, endedBefore)) {
            take(run);
        } else if (run.problem().isEmpty() && topic.index().of(d.getRunId()).containsKey(d.getSequence())) {
            run.mark();
        }
    }

    /** Where a sound one stands later than this the run was kept before: what was taken here then has served. */
    private boolean wanted(KeptRun run, boolean endedBefore) {
        if (only >= 0) {
            return run.problem().isEmpty() && run.sequence() == only;
        }
        return run.wantsSnapshot(endedBefore)
                && topic.index()
                        .newest(run.runId())
                        .filter(newest -> newest.sequence() > run.sequence())
                        .isEmpty();
    }

    private KeptRun begun(Decision d, ConsumerRecord<byte[], byte[]> r) {
        if (d.getSequence() == 1) {
            return KeptRun.begun(d.getRunId(), r.partition());
        }
        Optional<IndexedSnapshot> basis = topic.index().basis(d.getRunId(), d.getSequence());
        if (basis.isEmpty()) {
            return KeptRun.without(
                    d.getRunId(),
                    r.partition(),
                    "The log of run " + d.getRunId() + " begins with decision " + d.getSequence()
                            + ", and no sound snapshot stands there to take it up from.");
        }
        try {
            return KeptRun.from(topic.load(basis.get()), r.partition());
        } catch (SnapshotException e) {
            return KeptRun.without(d.getRunId(), r.partition(), e.getMessage());
        }
    }

    /**
     * Loads the state again that was let go. Its snapshot may have been dropped by another keeper, for a newer one that
     * stands: then from that.
     */
    private KeptRun resumed(KeptRun run, Decision next) {
        IndexedSnapshot there = topic.index().of(run.runId()).get(run.sequence());
        try {
            if (there != null) {
                run.resume(topic.load(there));
                return run;
            }
            IndexedSnapshot newer = topic.index()
                    .basis(run.runId(), next.getSequence())
                    .orElseThrow(() -> new SnapshotException("The snapshot of run " + run.runId() + " at decision "
                            + run.sequence() + " is gone, which it was to be taken up from."));
            return instead(run, KeptRun.from(topic.load(newer), run.partition()));
        } catch (SnapshotException e) {
            return instead(run, KeptRun.without(run.runId(), run.partition(), e.getMessage()));
        }
    }

    private KeptRun instead(KeptRun before, KeptRun run) {
        run.standsOnLogAs(before);
        runs.put(run.runId(), run);
        return run;
    }

    /** Of a run that is forgotten nothing stays. What was taken since, of another run with its id, does. */
    private void dropSnapshots(String runId, Instant forgottenAt) {
        for (IndexedSnapshot s : List.copyOf(topic.index().of(runId).values())) {
            if (!s.takenAt().isAfter(forgottenAt)) {
                remove(s);
            }
        }
    }

    /** What was taken on the way to the decision that forgets the run. A keeper that begins anew comes by there again. */
    private void takeBack(String runId) {
        List<SnapshotKey> keys = written.remove(runId);
        if (keys != null) {
            keys.forEach(steps::remove);
            taken -= (int) keys.stream().map(SnapshotKey::sequence).distinct().count();
            chunks -= keys.size();
        }
    }

    /** All that was written is on the index. */
    void readBack() {
        written.clear();
    }

    /** Nothing is left of the run but its snapshots, and they stand for nothing. */
    void dropSnapshotsAlone(KeptRun run) {
        List.copyOf(topic.index().of(run.runId()).values()).forEach(this::remove);
        runs.remove(run.runId());
    }

    void remove(IndexedSnapshot s) {
        List<SnapshotKey> keys = s.keys();
        keys.forEach(steps::remove);
        topic.index().forget(s);
        removed++;
    }

    /** Takes a snapshot of the run as it stands; not again if there is a sound one. */
    void take(KeptRun run) {
        run.mark();
        IndexedSnapshot there = topic.index().of(run.runId()).get(run.sequence());
        Mark mark = run.marks().get(run.sequence());
        // One of a later time is of another run that began anew with the id.
        if (there != null
                && there.problem().isEmpty()
                && (mark.agrees(there) || there.takenAt().isAfter(run.last().getDecidedAt()))) {
            return;
        }
        List<RunSnapshot> parts = Snapshot.of(run.state(), run.last(), run.lastRecord());
        for (RunSnapshot part : parts) {
            SnapshotKey key = new SnapshotKey(run.runId(), run.sequence(), part.getChunk());
            steps.write(key, part);
            written.computeIfAbsent(run.runId(), id -> new ArrayList<>()).add(key);
        }
        taken++;
        chunks += parts.size();
    }

    /** Runs of which the log has nothing any more, only a snapshot, become known by that. */
    void takeUpTheRest() {
        SnapshotIndex index = topic.index();
        for (String runId : index.runs()) {
            if (!runs.containsKey(runId)) {
                index.newest(runId).ifPresent(newest -> {
                    try {
                        Run loaded = topic.load(newest);
                        KeptRun run = KeptRun.from(loaded, newest.partition());
                        run.marks().get(run.sequence()).compare(newest);
                        run.letGoIfEnded();
                        runs.put(runId, run);
                    } catch (SnapshotException e) {
                        runs.put(runId, KeptRun.without(runId, newest.partition(), e.getMessage()));
                    }
                });
            }
        }
    }

    /** Ends a pass: what need not be kept in memory goes. */
    void end() {
        runs.values().removeIf(KeptRun::forgotten);
        runs.values().forEach(KeptRun::letGoIfEnded);
    }

    Collection<KeptRun> runs() {
        return runs.values();
    }

    KeptRun run(String runId) {
        return runs.get(runId);
    }

    InputMarks inputs(int partition) {
        return inputs.computeIfAbsent(partition, p -> new InputMarks());
    }

    /** What keeps a partition from being read or believed, a sentence, by partition. */
    Map<Integer, String> unreadable() {
        return unreadable;
    }

    long decisions() {
        return decisions;
    }

    int taken() {
        return taken;
    }

    int chunks() {
        return chunks;
    }

    int removed() {
        return removed;
    }
}
