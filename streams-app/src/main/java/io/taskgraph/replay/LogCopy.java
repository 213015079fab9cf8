package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotIndex;
import io.taskgraph.snapshot.SnapshotTopic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Copies what stands on a cluster's topics into the files of an export, in the bytes that it was written in, and notes where
 * the log of each run begins and ends. Memory: some hundred bytes a run. Not thread-safe.
 */
final class LogCopy {
    /** Snapshots that runs are taken up from, and the decisions that they were taken after, each in a family of its own. */
    static final String SNAPSHOTS = "snapshots";

    static final String TAKEN_AFTER = "snapshot-decisions";

    private static final HexFormat HEX = HexFormat.of();

    private final ReplaySource source;
    private final ClusterRecordings cluster;
    private final SchemaRegistry registry;
    private final String only;
    private final Path directory;
    private final Runnable each;
    private final Map<String, Integer> schemas = new TreeMap<>();
    private final List<Manifest.Part> parts = new ArrayList<>();
    private final TreeMap<String, Manifest.OfRun> ends = new TreeMap<>();
    private long decisions;
    private long others;

    /**
     * Nothing copied yet.
     *
     * @param only the run that is wanted; null: all
     * @param directory where the files go: it is there
     * @param each hears that a record of the log or of an input was read
     */
    LogCopy(
            ReplaySource source,
            ClusterRecordings cluster,
            SchemaRegistry registry,
            String only,
            Path directory,
            Runnable each) {
        this.source = source;
        this.cluster = cluster;
        this.registry = registry;
        this.only = only;
        this.directory = directory;
        this.each = each;
    }

    /**
     * Copies a stretch of a partition of the log.
     *
     * @return the runs whose first decision there is not their first, each with its number, in the order of the log
     * @throws HistoryException if a decision cannot be read
     */
    LinkedHashMap<String, Long> log(int partition, long from, long to) throws IOException {
        LinkedHashMap<String, Long> begun = new LinkedHashMap<>();
        RecordReader<Decision> reader = new RecordReader<>(Decision.class);
        copy(source.topics().decisions(), partition, from, to, only == null, (r, part) -> {
            Decision d;
            try {
                d = reader.read(r);
            } catch (UnreadableRecordException e) {
                throw new HistoryException("The decision in " + r.place() + " cannot be read: " + e.getMessage(), e);
            }
            part.write(r);
            decisions++;
            if (d.getSequence() > 0) {
                if (!ends.containsKey(d.getRunId()) && d.getSequence() > 1) {
                    begun.put(d.getRunId(), d.getSequence());
                }
                ends.put(d.getRunId(), new Manifest.OfRun(d.getRunId(), head(d, r), 0));
            }
        });
        return begun;
    }

    private static Head head(Decision d, Recorded r) {
        return d.getFacts().stream().anyMatch(f -> f.getRunForgotten() != null)
                ? null
                : new Head(
                        d.getSequence(),
                        HEX.formatHex(r.hash()),
                        HEX.formatHex(d.getStateDigest().bytes()));
    }

    /** Copies a stretch of a topic of inputs, or of policies; what cannot be read was none. */
    <T extends SpecificRecord> void others(Topic<T> topic, int partition, long from, long to, boolean whole)
            throws IOException {
        RecordReader<T> reader = new RecordReader<>(topic.type());
        copy(topic, partition, from, to, whole, (r, part) -> {
            try {
                reader.read(r);
            } catch (UnreadableRecordException e) {
                return; // It stands among the dead letters. Or it is a tombstone.
            }
            part.write(r);
            others++;
        });
    }

    private interface Kept {
        void keep(Recorded r, ExportPart part) throws IOException;
    }

    private void copy(Topic<?> topic, int partition, long from, long to, boolean whole, Kept kept) throws IOException {
        try (TopicCursor cursor = cluster.cursor(topic.name(), partition)) {
            if (cursor == null) {
                return;
            }
            cursor.over(from, to);
            ExportPart part = new ExportPart(directory, topic.family(), partition, schemas);
            for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                each.run();
                if (whole || only.equals(cursor.lastKey())) {
                    kept.keep(r, part);
                }
            }
            parts.add(part.finish(Math.max(cursor.begins(), from), cursor.ends()));
        }
    }

    /** The last summary of each run. */
    void summaries(int partition) throws IOException {
        Topic<?> topic = source.topics().runs();
        Map<String, Recorded> last = new TreeMap<>();
        try (TopicCursor cursor = cluster.cursor(topic.name(), partition)) {
            if (cursor == null) {
                return;
            }
            for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                if (only == null || only.equals(cursor.lastKey())) {
                    last.remove(cursor.lastKey());
                    if (r.unreadable() == null) {
                        last.put(cursor.lastKey(), r);
                    }
                }
            }
            ExportPart part = new ExportPart(directory, topic.family(), partition, schemas);
            List<Recorded> inOrder = new ArrayList<>(last.values());
            inOrder.sort(java.util.Comparator.comparingLong(Recorded::offset));
            for (Recorded r : inOrder) {
                part.write(r);
                others++;
            }
            parts.add(part.finish(cursor.begins(), cursor.ends()));
        }
    }

    /**
     * Copies the snapshots that runs of a partition are taken up from: of those whose beginning the log has not, and of those
     * that it has nothing of.
     *
     * @param begun as {@link #log} gives them
     * @param rest whether also those are wanted that the log has nothing of
     * @param number the first number that they get as their offset: how many were copied before
     */
    void snapshots(SnapshotTopic topic, int partition, LinkedHashMap<String, Long> begun, boolean rest, long number)
            throws IOException {
        SnapshotIndex index = topic.catchUp();
        List<IndexedSnapshot> wanted = new ArrayList<>();
        begun.forEach((runId, first) -> index.basis(runId, first).ifPresent(wanted::add));
        if (rest) {
            for (String runId : index.runs()) {
                if (!ends.containsKey(runId)) {
                    index.newest(runId).filter(s -> s.partition() == partition).ifPresent(wanted::add);
                }
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        ExportPart chunks = new ExportPart(directory, SNAPSHOTS, partition, schemas);
        ExportPart taken = new ExportPart(directory, TAKEN_AFTER, partition, schemas);
        RecordReader<RunSnapshot> reader = new RecordReader<>(RunSnapshot.class);
        long at = number;
        for (IndexedSnapshot s : wanted) {
            Manifest.OfRun end = ends.get(s.runId());
            if (end != null && end.head() != null && s.sequence() > end.head().sequence()) {
                throw cutMeanwhile(s.runId(), null);
            }
            List<Recorded> of = new ArrayList<>();
            try {
                topic.chunks(s, r -> of.add(TopicCursor.recorded(r, registry)));
            } catch (SnapshotException e) {
                throw cutMeanwhile(s.runId(), e);
            }
            ByteBuffer decision = reader.read(of.get(0)).getDecision();
            byte[] record = new byte[decision.remaining()];
            decision.get(record);
            taken.write(numbered(TopicCursor.within(of.get(0), record, registry), at));
            for (Recorded r : of) {
                chunks.write(numbered(r, at++));
            }
            Head head = end != null ? end.head() : head(s);
            ends.put(s.runId(), new Manifest.OfRun(s.runId(), head, s.sequence()));
        }
        parts.add(chunks.finish(number, at));
        parts.add(taken.finish(number, at));
    }

    private static Head head(IndexedSnapshot s) {
        return new Head(s.sequence(), HEX.formatHex(s.decisionHash()), HEX.formatHex(s.stateDigest()));
    }

    private static HistoryException cutMeanwhile(String runId, Exception cause) {
        return new HistoryException(
                "The history of run " + runId + " was cut while it was copied: begin again with an empty directory.",
                cause);
    }

    private static Recorded numbered(Recorded r, long offset) {
        return new Recorded(
                r.place(),
                r.partition(),
                offset,
                r.timestamp(),
                r.schema(),
                r.bytes(),
                r.from(),
                r.length(),
                r.unreadable(),
                r.headers());
    }

    /** Where each run's log ends, by run. */
    TreeMap<String, Manifest.OfRun> ends() {
        return ends;
    }

    long decisions() {
        return decisions;
    }

    long others() {
        return others;
    }

    /** Parts and runs that were copied so far, as a manifest. */
    Manifest manifest(String exportedAt, int partitions, Optional<String> previous) {
        return new Manifest(
                source.topics().prefix(),
                only,
                exportedAt,
                partitions,
                previous.orElse(null),
                List.copyOf(parts),
                List.copyOf(ends.values()));
    }

    /** Bytes of all files. */
    long bytes() {
        return parts.stream()
                .flatMap(p -> p.files().stream())
                .mapToLong(Manifest.File::bytes)
                .sum();
    }
}
