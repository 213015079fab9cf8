package io.taskgraph.replay;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotTopic;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A directory to which history goes before it is cut off: an export that grows by a piece each time. The pieces together are
 * proved like an export, from the first decision that went there to the last.
 *
 * <p>A piece is written beside, forced to the disk, and then put into its place under its name, as a whole. So whenever the
 * process ends, a piece is there or it is not, and what is there is not written twice.
 *
 * <p>Memory: some hundred bytes for each run that was not forgotten. One process at a time. Not thread-safe.
 */
public final class Archive implements AutoCloseable {
    /**
     * What is about to go of a partition.
     *
     * @param from where the log begins now
     * @param to the offset up to which it goes, exclusive
     * @param inputs by family, the offset up to which inputs belong to decisions that go, exclusive; perhaps some more
     */
    public record Going(int partition, long from, long to, Map<String, Long> inputs) {}

    /** A piece that was put away: its name in the archive, what it holds, and its manifest's SHA-256 in hex. */
    public record Put(String name, long decisions, long others, long bytes, String manifestSha256) {}

    private static final String UNFINISHED = ".unfinished";

    private final ReplaySource source;
    private final Path directory;
    private final FileChannel lock;
    /** Up to which offset each partition of each family was put away. */
    private final Map<String, Long> ends = new HashMap<>();
    /** The last decision that was put away of each run. */
    private final Map<String, Long> runs = new HashMap<>();

    private String lastSha;
    private int pieces;

    private Archive(ReplaySource source, Path directory, FileChannel lock) {
        this.source = source;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Opens an archive, or begins one.
     *
     * @param directory made if it is not there
     * @throws HistoryException if it is something else, its pieces are not all there, they are of another prefix, or another
     *     process has it open
     */
    public static Archive open(ReplaySource source, Path directory) {
        try {
            Files.createDirectories(directory);
            Archive archive = new Archive(source, directory, locked(directory));
            try {
                archive.prepare();
                return archive;
            } catch (IOException | RuntimeException e) {
                archive.close();
                throw e;
            }
        } catch (IOException e) {
            throw new HistoryException("The archive " + directory + " cannot be used (" + e + "): see to the disk.", e);
        }
    }

    private static FileChannel locked(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // By this process.
        }
        if (held == null) {
            channel.close();
            throw new HistoryException("Another keeper puts history into " + directory
                    + ": stop one of them, or give this one a directory of its own.");
        }
        return channel;
    }

    private void prepare() throws IOException {
        if (Files.exists(directory.resolve(ExportFormat.MANIFEST))) {
            throw new HistoryException(directory + " holds an export: give an archive a directory of its own.");
        }
        delete(directory.resolve(UNFINISHED));
        for (Piece piece : Piece.in(directory)) {
            if (!piece.manifest().prefix().equals(source.topics().prefix())) {
                throw new HistoryException("The archive " + directory + " is of topics "
                        + piece.manifest().prefix() + "*, not of "
                        + source.topics().prefix()
                        + "*: give another directory.");
            }
            note(piece);
        }
    }

    private void note(Piece piece) {
        piece.manifest().parts().forEach(p -> ends.put(p.family() + "/" + p.partition(), p.ends()));
        for (Manifest.OfRun r : piece.manifest().runs()) {
            if (r.head() == null) {
                runs.remove(r.runId());
            } else {
                runs.put(r.runId(), r.head().sequence());
            }
        }
        pieces = piece.number();
        lastSha = piece.sha256();
    }

    /**
     * Puts away what is about to go and is not there yet; when this returns it is on the disk.
     *
     * @param left hears how many records are still to be copied, at the most
     * @return the piece; empty: all of it was there
     * @throws HistoryException if it cannot be written, or history before it has gone without having been put away here
     */
    public Optional<Put> put(List<Going> going, LongConsumer left) {
        List<Going> wanted = going.stream().filter(this::isNew).toList();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Path unfinished = directory.resolve(UNFINISHED);
        try {
            delete(unfinished);
            Files.createDirectories(unfinished.resolve("schemas"));
            LogCopy copy = write(wanted, unfinished, left);
            Manifest manifest =
                    copy.manifest(Instant.now().toString(), source.topics().partitions(), Optional.ofNullable(lastSha));
            String sha = manifest.write(unfinished);
            force(unfinished);
            String name = Piece.name(pieces + 1);
            Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            forceOne(directory);
            note(new Piece(pieces + 1, manifest, sha));
            return Optional.of(new Put(name, copy.decisions(), copy.others(), copy.bytes(), sha));
        } catch (IOException e) {
            throw new HistoryException(
                    "The archive " + directory + " cannot be written (" + e
                            + "), so that nothing was cut off: see to the disk.",
                    e);
        }
    }

    private boolean isNew(Going g) {
        Long put = ends.get("decisions/" + g.partition());
        if (put != null && put < g.from()) {
            throw new HistoryException("The archive " + directory + " has partition " + g.partition()
                    + " of the log up to offset " + put + ", and it begins at " + g.from()
                    + " now: what was between has gone elsewhere. Give an empty directory to begin another archive.");
        }
        return put == null ? g.to() > g.from() : g.to() > put;
    }

    private LogCopy write(List<Going> wanted, Path to, LongConsumer left) throws IOException {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                ClusterRecordings cluster = new ClusterRecordings(source, registry)) {
            AtomicLong remaining =
                    new AtomicLong(wanted.stream().mapToLong(this::records).sum());
            LogCopy copy = new LogCopy(
                    source, cluster, registry, null, to, () -> left.accept(Math.max(0, remaining.decrementAndGet())));
            for (Going g : wanted) {
                LinkedHashMap<String, Long> begun = copy.log(g.partition(), begin("decisions", g.partition()), g.to());
                begun.entrySet().removeIf(e -> runs.getOrDefault(e.getKey(), 0L) == e.getValue() - 1);
                if (!begun.isEmpty()) {
                    try (SnapshotTopic snapshots = SnapshotTopic.open(
                            TopicScan.settings(source), source.topics(), registry, Optional.empty())) {
                        copy.snapshots(snapshots, g.partition(), begun, false, begin(LogCopy.SNAPSHOTS, g.partition()));
                    }
                }
                for (Topic<?> topic : source.topics().inputs()) {
                    long from = begin(topic.family(), g.partition());
                    long end = g.inputs().getOrDefault(topic.family(), 0L);
                    if (end > from) {
                        copy.others(topic, g.partition(), from, end, true);
                    }
                }
            }
            copy.others(source.topics().policies(), 0, begin("policies", 0), Long.MAX_VALUE, true);
            return copy;
        }
    }

    /** How many may be copied. */
    private long records(Going g) {
        long inputs = g.inputs().entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - begin(e.getKey(), g.partition())))
                .sum();
        return inputs + g.to() - Math.max(g.from(), begin("decisions", g.partition()));
    }

    private long begin(String family, int partition) {
        return ends.getOrDefault(family + "/" + partition, 0L);
    }

    private static void force(Path written) throws IOException {
        try (Stream<Path> all = Files.walk(written)) {
            for (Path p : all.toList()) {
                forceOne(p);
            }
        }
    }

    private static void forceOne(Path p) throws IOException {
        try (FileChannel channel = FileChannel.open(p, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock goes with the process, at the latest.
        }
    }
}
