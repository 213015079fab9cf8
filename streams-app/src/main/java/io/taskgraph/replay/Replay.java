package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Proves that the live state is what the log says. The live state and the summaries are read first, each at the decision
 * it stands at; then the log is folded, and each run is compared when it reaches that decision. So a control plane that
 * goes on working is no divergence.
 *
 * <p>Goes partition by partition. Memory: the live entries of one partition, and the states of its runs that are under way
 * at one place of its log.
 */
public final class Replay {
    /** Hears how far replay is. */
    @FunctionalInterface
    public interface Progress {
        /** Nobody listens. */
        Progress NONE = (done, total) -> {};

        /** So many of so many records of the log are behind. */
        void at(long done, long total);
    }

    /** Hears each decision of a run as it is folded, in the order of the log within a run. */
    @FunctionalInterface
    public interface Listener {
        /** Nobody listens. */
        Listener NONE = new Listener() {
            @Override
            public void decided(Decision decision, RunFold after) {}

            @Override
            public boolean hears(String runId) {
                return false;
            }
        };

        /** A decision was folded, or is one that folding has stopped before: {@code after} is the run as far as it got. */
        void decided(Decision decision, RunFold after);

        /** Whether it wants to hear of that run to the log's end: one of which nobody hears is let go when it is proved. */
        default boolean hears(String runId) {
            return true;
        }
    }

    private final ReplaySource source;
    private final String only;
    private final boolean strict;
    private final Listener listener;
    private final TreeMap<String, LiveRun> live = new TreeMap<>();
    private final TreeMap<String, RunSummary> summaries = new TreeMap<>();
    private final List<String> notChecked = new ArrayList<>();
    private final List<RunVerdict> verdicts = new ArrayList<>();
    private Optional<Divergence> outside = Optional.empty();
    private SnapshotTopic snapshots;
    private Redecided redecided = Redecided.NONE;
    private long decisions;
    private long outsideRuns;
    private long since;
    private final TreeMap<String, Divergence> misplaced = new TreeMap<>();

    private Replay(ReplaySource source, String only, boolean strict, Listener listener) {
        this.source = source;
        this.only = only;
        this.strict = strict;
        this.listener = listener;
    }

    /** Replays every run of the log. */
    public static ReplayReport all(ReplaySource source, Progress progress) {
        return all(source, progress, Listener.NONE);
    }

    /** Replays every run of the log, and lets somebody hear it to its end: one pass for both. */
    public static ReplayReport all(ReplaySource source, Progress progress, Listener listener) {
        return new Replay(source, null, false, listener).run(progress);
    }

    /** Replays one run: the report has no verdict if the log does not know it. */
    public static ReplayReport one(ReplaySource source, String runId, Progress progress) {
        return new Replay(source, runId, false, Listener.NONE).run(progress);
    }

    /**
     * Replays, and decides every decision again from its recorded input, in the recorded order, with the recorded times and
     * whatever else it rests on: it must come to the same, byte for byte.
     *
     * @param runId one run; empty: all
     */
    public static ReplayReport strictly(ReplaySource source, Optional<String> runId, Progress progress) {
        return new Replay(source, runId.orElse(null), true, Listener.NONE).run(progress);
    }

    private ReplayReport run(Progress progress) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source);
                ClusterRecordings recordings = new ClusterRecordings(source, registry);
                SnapshotTopic taken = SnapshotTopic.open(
                        TopicScan.settings(source), source.topics(), registry, Optional.ofNullable(only))) {
            snapshots = taken;
            // First: so that no snapshot is of a decision after those at which live states are read.
            readSnapshots();
            List<TopicPartition> log = mine(scan, source.topics().decisions().name());
            boolean stores = !scan.partitions(source.changelog()).isEmpty();
            if (!stores) {
                notChecked.add("The live state: there is no topic " + source.changelog() + ".");
            }
            long total = scan.size(log);
            long behind = 0;
            for (TopicPartition p : log) {
                if (stores) {
                    readLive(scan, new TopicPartition(source.changelog(), p.partition()));
                }
                readSummaries(scan, registry, p.partition());
                behind += fold(scan, registry, p, recordings, behind, total, progress);
            }
        }
        misplaced.forEach(this::blame);
        verdicts.sort(Comparator.comparing(RunVerdict::runId));
        Limits.of(strict, redecided, since).forEach(notChecked::add);
        if (only != null) {
            notChecked.add("Other partitions of the log than the run's: a decision that was written to one of them is"
                    + " found by a replay of all runs.");
        }
        return new ReplayReport(
                decisions,
                outsideRuns,
                List.copyOf(verdicts),
                List.copyOf(notChecked),
                strict ? Optional.of(redecided) : Optional.empty(),
                outside);
    }

    /** Of a run that has decisions in its own partition as well, that is told in its verdict; of another, it is the verdict. */
    private void blame(String runId, Divergence problem) {
        for (int i = 0; i < verdicts.size(); i++) {
            if (verdicts.get(i).runId().equals(runId)) {
                verdicts.set(i, verdicts.get(i).diverging(problem));
                return;
            }
        }
        verdicts.add(new RunVerdict(runId, 0, 0, "", "", false, false, Optional.of(problem)));
    }

    private void readLive(TopicScan scan, TopicPartition partition) {
        scan.read(
                List.of(partition),
                r -> {
                    String runId = StoredKey.runId(r.key());
                    if (wanted(runId)) {
                        live.computeIfAbsent(runId, id -> new LiveRun()).put(StoredKey.entryKey(r.key()), r.value());
                    }
                },
                behind -> {});
        live.values().removeIf(LiveRun::isEmpty);
    }

    private void readSummaries(TopicScan scan, SchemaRegistry registry, int partition) {
        RecordDeserializer<RunSummary> reader =
                registry.deserializer(source.topics().runs());
        String topic = source.topics().runs().name();
        if (scan.partitions(topic).stream().noneMatch(p -> p.partition() == partition)) {
            return;
        }
        scan.read(
                List.of(new TopicPartition(topic, partition)),
                r -> {
                    String runId = new String(r.key(), UTF_8);
                    if (!wanted(runId)) {
                        return;
                    }
                    if (r.value() == null) {
                        summaries.remove(runId);
                    } else {
                        summaries.put(runId, reader.read(r.value()));
                    }
                },
                behind -> {});
    }

    /** @return how many offsets that were */
    private long fold(
            TopicScan scan,
            SchemaRegistry registry,
            TopicPartition partition,
            ClusterRecordings recordings,
            long done,
            long total,
            Progress progress) {
        long[] read = {0};
        int partitions = scan.partitions(partition.topic()).size();
        OfRun mine = only == null
                ? null
                : new OfRun(only, registry.deserializer(source.topics().decisions()));
        try (Inputs inputs = strict ? new Inputs(recordings, only) : null) {
            PartitionFold fold = new PartitionFold(this::whole, inputs, TopicCatalogue.MAX_DECISION_BYTES, listener)
                    .takingUp(this::takenUp)
                    .at(id -> SnapshotTopic.partitionOf(id, partitions));
            scan.read(
                    List.of(partition),
                    r -> {
                        if (mine == null || mine.test(r)) {
                            fold.accept(
                                    strict
                                            ? TopicCursor.recorded(r, registry)
                                            : TopicCursor.withoutHeaders(r, registry),
                                    TopicCursor.key(r));
                        }
                    },
                    behind -> {
                        read[0] = behind;
                        progress.at(done + behind, total);
                    });
            // Of a run that is decided on seldom the log may have nothing left: its snapshot stands for it.
            snapshots.index().all().stream()
                    .filter(s -> s.partition() == partition.partition())
                    .map(IndexedSnapshot::runId)
                    .forEach(fold::expect);
            List.copyOf(live.keySet()).forEach(fold::expect);
            List.copyOf(summaries.keySet()).forEach(fold::expect);
            List<RunVerdict> found = fold.finish(RunFold::finish);
            verdicts.addAll(found);
            decisions += fold.decisions();
            outsideRuns += fold.outsideRuns();
            since += fold.since();
            outside = outside.or(fold::outsideDivergence);
            fold.misplaced().forEach(misplaced::putIfAbsent);
            if (strict) {
                redecided = redecided.plus(fold.outside());
                found.forEach(v -> redecided = redecided.plus(v.strict().orElse(Redecided.NONE)));
            }
        }
        live.clear();
        summaries.clear();
        return read[0];
    }

    /** The fold of a run from its beginning. */
    private RunFold whole(String runId) {
        return new RunFold(runId, live.remove(runId), summaries.remove(runId))
                .against(snapshots.index().of(runId));
    }

    private void readSnapshots() {
        if (snapshots.partitions() == 0) {
            notChecked.add("Snapshots: there is no topic "
                    + source.topics().snapshots().name() + ".");
            return;
        }
        for (IndexedSnapshot s : snapshots.catchUp().all()) {
            if (s.isIncomplete()) {
                notChecked.add("The snapshot of run " + s.runId() + " at decision " + s.sequence() + ": "
                        + s.problem().orElseThrow() + ".");
            }
        }
    }

    /**
     * The fold of a run whose history was cut off.
     *
     * @param first the first decision that the log has of it; 0: it has none
     */
    private RunFold takenUp(String runId, long first) {
        NavigableMap<Long, IndexedSnapshot> there = snapshots.index().of(runId);
        Optional<IndexedSnapshot> basis =
                first == 0 ? snapshots.index().newest(runId) : snapshots.index().basis(runId, first);
        if (basis.isEmpty()) {
            return first == 0 && there.isEmpty() ? whole(runId) : whole(runId).lost(noBasis(there, first));
        }
        try {
            return new RunFold(snapshots.load(basis.get()), live.remove(runId), summaries.remove(runId))
                    .against(there)
                    .asLoaded();
        } catch (SnapshotException e) {
            return whole(runId).lost(e.getMessage());
        }
    }

    private static String noBasis(NavigableMap<Long, IndexedSnapshot> there, long first) {
        String unsound = there.tailMap(Math.max(0, first - 1), true).values().stream()
                .flatMap(s -> s.problem().stream().map(p -> "the one at decision " + s.sequence() + ": " + p))
                .collect(Collectors.joining("; "));
        return "nothing, for no sound snapshot stands where the log begins"
                + (unsound.isEmpty() ? "" : " (" + unsound + ")");
    }

    private boolean wanted(String runId) {
        return only == null || only.equals(runId);
    }

    private List<TopicPartition> mine(TopicScan scan, String topic) {
        return only == null ? scan.partitions(topic) : scan.partitionOf(topic, only);
    }
}
