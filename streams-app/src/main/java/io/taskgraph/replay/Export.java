package io.taskgraph.replay;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes the log of one run or of all, with what it takes to prove it anywhere: decisions, their inputs, heartbeats,
 * summaries and policies, and of runs whose history was cut off the snapshot from which they are proved, as Avro containers
 * with a manifest of their hashes.
 */
public final class Export {
    /**
     * What was written.
     *
     * @param manifestSha256 of the manifest, in hex: kept elsewhere, it proves all the rest
     * @param cut how many runs are there from a snapshot on only
     */
    public record Written(long decisions, long runs, long others, long bytes, String manifestSha256, long cut) {}

    private final ReplaySource source;
    private final String only;
    private final Path directory;
    private final Replay.Progress progress;
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
                ClusterRecordings cluster = new ClusterRecordings(source, registry);
                SnapshotTopic snapshots = SnapshotTopic.open(
                        TopicScan.settings(source), source.topics(), registry, Optional.ofNullable(only))) {
            String log = source.topics().decisions().name();
            List<TopicPartition> mine = only == null ? scan.partitions(log) : scan.partitionOf(log, only);
            measure(scan, mine);
            LogCopy copy = new LogCopy(source, cluster, registry, only, directory, this::read);
            for (TopicPartition p : mine) {
                copy.summaries(p.partition());
            }
            for (TopicPartition p : mine) {
                LinkedHashMap<String, Long> begun = copy.log(p.partition(), 0, Long.MAX_VALUE);
                copy.snapshots(snapshots, p.partition(), begun, true, 0);
            }
            if (only != null && copy.ends().isEmpty()) {
                throw new HistoryException("There is no run " + only + " on the decision log: `taskgraph runs` lists"
                        + " those there are.");
            }
            for (TopicPartition p : mine) {
                for (Topic<?> topic : source.topics().inputs()) {
                    copy.others(topic, p.partition(), 0, Long.MAX_VALUE, only == null);
                }
            }
            copy.others(source.topics().policies(), 0, 0, Long.MAX_VALUE, true);
            Manifest manifest =
                    copy.manifest(Instant.now().toString(), scan.partitions(log).size(), Optional.empty());
            long cut = manifest.runs().stream().filter(r -> r.from() > 0).count();
            return new Written(
                    copy.decisions(),
                    manifest.runs().size(),
                    copy.others(),
                    copy.bytes(),
                    manifest.write(directory),
                    cut);
        }
    }

    private void read() {
        done++;
        progress.at(Math.min(done, total), total);
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
}
