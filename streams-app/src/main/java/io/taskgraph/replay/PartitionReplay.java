package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Replays one partition of the decision log. What it shares with others that are replayed at the same time is only read, but
 * for snapshots, of which one at a time is loaded.
 */
final class PartitionReplay {
    /**
     * What became of a partition.
     *
     * @param verdicts one a run
     * @param decisions that were read
     * @param outsideRuns refusals for runs that did not exist
     * @param since decisions of runs that had been proved as far as they were to be compared
     * @param outside the first divergence outside runs
     * @param misplaced by run, the first decision that stands in this partition and should not
     * @param redecided what was decided again, if that was asked for
     */
    record Outcome(
            List<RunVerdict> verdicts,
            long decisions,
            long outsideRuns,
            long since,
            Optional<Divergence> outside,
            Map<String, Divergence> misplaced,
            Redecided redecided) {}

    private final ReplaySource source;
    private final String only;
    private final SchemaRegistry registry;
    private final SnapshotTopic snapshots;
    private final TreeMap<String, LiveRun> live = new TreeMap<>();
    private final TreeMap<String, RunSummary> summaries = new TreeMap<>();

    /**
     * Nothing read yet.
     *
     * @param only one run; null: all
     * @param snapshots caught up
     */
    PartitionReplay(ReplaySource source, String only, SchemaRegistry registry, SnapshotTopic snapshots) {
        this.source = source;
        this.only = only;
        this.registry = registry;
        this.snapshots = snapshots;
    }

    /**
     * Reads the live state, then the summaries, then folds the log.
     *
     * @param scan for this alone
     * @param partition of the decision log
     * @param stores whether there is a changelog of the stores
     * @param recordings what decisions were made from; null: they are folded and not decided again
     * @param behind hears how many of the partition's offsets are behind
     */
    Outcome run(
            TopicScan scan,
            TopicPartition partition,
            boolean stores,
            ClusterRecordings recordings,
            Replay.Listener listener,
            LongConsumer behind) {
        if (stores) {
            readLive(scan, new TopicPartition(source.changelog(), partition.partition()));
        }
        readSummaries(scan, partition.partition());
        return fold(scan, partition, recordings, listener, behind);
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

    private void readSummaries(TopicScan scan, int partition) {
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

    private Outcome fold(
            TopicScan scan,
            TopicPartition partition,
            ClusterRecordings recordings,
            Replay.Listener listener,
            LongConsumer behind) {
        boolean strict = recordings != null;
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
                    behind);
            // Of a run that is decided on seldom the log may have nothing left: its snapshot stands for it.
            snapshots.index().all().stream()
                    .filter(s -> s.partition() == partition.partition())
                    .map(IndexedSnapshot::runId)
                    .forEach(fold::expect);
            List.copyOf(live.keySet()).forEach(fold::expect);
            List.copyOf(summaries.keySet()).forEach(fold::expect);
            List<RunVerdict> found = fold.finish(RunFold::finish);
            Redecided redecided = Redecided.NONE;
            if (strict) {
                redecided = redecided.plus(fold.outside());
                for (RunVerdict v : found) {
                    redecided = redecided.plus(v.strict().orElse(Redecided.NONE));
                }
            }
            return new Outcome(
                    found,
                    fold.decisions(),
                    fold.outsideRuns(),
                    fold.since(),
                    fold.outsideDivergence(),
                    fold.misplaced(),
                    redecided);
        }
    }

    /** The fold of a run from its beginning. */
    private RunFold whole(String runId) {
        return new RunFold(runId, live.remove(runId), summaries.remove(runId))
                .against(snapshots.index().of(runId));
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
            return new RunFold(load(basis.get()), live.remove(runId), summaries.remove(runId))
                    .against(there)
                    .asLoaded();
        } catch (SnapshotException e) {
            return whole(runId).lost(e.getMessage());
        }
    }

    private Run load(IndexedSnapshot basis) {
        synchronized (snapshots) {
            return snapshots.load(basis);
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
}
