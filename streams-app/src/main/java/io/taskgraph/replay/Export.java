package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes the log of one run or of all, with what it takes to prove it anywhere: decisions, their inputs, heartbeats,
 * summaries and policies, as Avro containers with a manifest of their hashes.
 */
public final class Export {
    /**
     * What was written.
     *
     * @param manifestSha256 of the manifest, in hex: kept elsewhere, it proves all the rest
     */
    public record Written(long decisions, long runs, long others, long bytes, String manifestSha256) {}

    private final ReplaySource source;
    private final String only;
    private final Path directory;
    private final Replay.Progress progress;
    private final TreeMap<String, Head> heads = new TreeMap<>();
    private final List<Manifest.Part> parts = new ArrayList<>();
    private final Map<String, Integer> schemas = new TreeMap<>();
    private long decisions;
    private long others;
    private long done;
    private long total;

    private Export(ReplaySource source, String only, Path directory, Replay.Progress progress) {
        this.source = source;
        this.only = only;
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Exports. Memory: the last summary and the head of each run.
     *
     * @param runId one run; empty: all
     * @param directory made if it is not there, and empty
     * @throws HistoryException if there is no such run, the directory is not empty or cannot be written, or a decision
     *     cannot be read
     */
    public static Written write(ReplaySource source, Optional<String> runId, Path directory, Replay.Progress progress) {
        try {
            return new Export(source, runId.orElse(null), directory, progress).run();
        } catch (IOException e) {
            throw new HistoryException(
                    "The export to " + directory + " failed (" + e
                            + "): see to the disk, empty the directory and export again.",
                    e);
        }
    }

    private Written run() throws IOException {
        prepare();
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source);
                ClusterRecordings cluster = new ClusterRecordings(source, registry)) {
            String log = source.topics().decisions().name();
            List<TopicPartition> mine = only == null ? scan.partitions(log) : scan.partitionOf(log, only);
            measure(scan, mine);
            for (TopicPartition p : mine) {
                summaries(cluster, p.partition());
            }
            for (TopicPartition p : mine) {
                copy(cluster, source.topics().decisions(), p.partition());
            }
            if (only != null && heads.isEmpty()) {
                throw new HistoryException("There is no run " + only + " on the decision log: `taskgraph runs` lists"
                        + " those there are.");
            }
            for (TopicPartition p : mine) {
                for (Topic<?> topic : source.topics().inputs()) {
                    copy(cluster, topic, p.partition());
                }
            }
            copy(cluster, source.topics().policies(), 0);
            Manifest manifest = new Manifest(
                    source.topics().prefix(),
                    only,
                    Instant.now().toString(),
                    scan.partitions(log).size(),
                    parts,
                    heads.entrySet().stream()
                            .map(e -> new Manifest.OfRun(e.getKey(), e.getValue()))
                            .toList());
            long bytes = parts.stream()
                    .flatMap(p -> p.files().stream())
                    .mapToLong(Manifest.File::bytes)
                    .sum();
            return new Written(decisions, heads.size(), others, bytes, manifest.write(directory));
        }
    }

    private void prepare() throws IOException {
        if (Files.exists(directory)) {
            if (!Files.isDirectory(directory)) {
                throw new HistoryException(directory + " is no directory: give one that is empty or not there yet.");
            }
            try (Stream<Path> there = Files.list(directory)) {
                if (there.findAny().isPresent()) {
                    throw new HistoryException(
                            directory + " is not empty: give a directory that is, or is not there" + " yet.");
                }
            }
        }
        Files.createDirectories(directory.resolve("schemas"));
    }

    private void measure(TopicScan scan, List<TopicPartition> mine) {
        List<Topic<?>> topics = new ArrayList<>(source.topics().inputs());
        topics.add(source.topics().decisions());
        for (Topic<?> topic : topics) {
            List<Integer> there = scan.partitions(topic.name()).stream()
                    .map(TopicPartition::partition)
                    .toList();
            total += scan.size(mine.stream()
                    .filter(p -> there.contains(p.partition()))
                    .map(p -> new TopicPartition(topic.name(), p.partition()))
                    .toList());
        }
    }

    /** The last one of each run. */
    private void summaries(ClusterRecordings cluster, int partition) throws IOException {
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
            parts.add(part.finish(cursor.begins()));
        }
    }

    private <T extends SpecificRecord> void copy(ClusterRecordings cluster, Topic<T> topic, int partition)
            throws IOException {
        boolean log = topic.family().equals("decisions");
        boolean whole = only == null || topic.family().equals("policies");
        RecordReader<T> reader = new RecordReader<>(topic.type());
        try (TopicCursor cursor = cluster.cursor(topic.name(), partition)) {
            if (cursor == null) {
                return;
            }
            ExportPart part = new ExportPart(directory, topic.family(), partition, schemas);
            for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                done++;
                progress.at(Math.min(done, total), total);
                if (whole || only.equals(cursor.lastKey())) {
                    keep(topic, reader, part, r, log);
                }
            }
            parts.add(part.finish(cursor.begins()));
        }
    }

    private <T extends SpecificRecord> void keep(
            Topic<T> topic, RecordReader<T> reader, ExportPart part, Recorded r, boolean log) throws IOException {
        T value;
        try {
            value = reader.read(r);
        } catch (UnreadableRecordException e) {
            if (log) {
                throw new HistoryException("The decision in " + r.place() + " cannot be read: " + e.getMessage(), e);
            }
            return; // It was no input: it stands among the dead letters. Or it is a tombstone.
        }
        part.write(r);
        if (!log) {
            others++;
            return;
        }
        decisions++;
        Decision d = (Decision) value;
        if (d.getSequence() > 0) {
            HexFormat hex = HexFormat.of();
            heads.put(
                    d.getRunId(),
                    new Head(
                            d.getSequence(),
                            hex.formatHex(r.hash()),
                            hex.formatHex(d.getStateDigest().bytes())));
        }
    }
}
