package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Proves that the live state is what the log says. The live state and the summaries are read first, each at the decision
 * it stands at; then the log is folded, and each run is compared when it reaches that decision. So a control plane that
 * goes on working is no divergence.
 *
 * <p>Memory: the state of the runs that are replayed, and the live entries they are compared with.
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
        Listener NONE = (decision, after) -> {};

        /** A decision was folded, or is one that folding has stopped before: {@code after} is the run as far as it got. */
        void decided(Decision decision, RunFold after);
    }

    private final ReplaySource source;
    private final String only;
    private final Listener listener;
    private final TreeMap<String, RunFold> folds = new TreeMap<>();
    private final TreeMap<String, LiveRun> live = new TreeMap<>();
    private final TreeMap<String, RunSummary> summaries = new TreeMap<>();
    private final List<String> notChecked = new ArrayList<>();
    private SnapshotTopic snapshots;
    private long decisions;
    private long outsideRuns;

    private Replay(ReplaySource source, String only, Listener listener) {
        this.source = source;
        this.only = only;
        this.listener = listener;
    }

    /** Replays every run of the log. */
    public static ReplayReport all(ReplaySource source, Progress progress) {
        return all(source, progress, Listener.NONE);
    }

    /** Replays every run of the log, and lets somebody hear it: one pass for both. */
    public static ReplayReport all(ReplaySource source, Progress progress, Listener listener) {
        return new Replay(source, null, listener).run(progress);
    }

    /** Replays one run: the report has no verdict if the log does not know it. */
    public static ReplayReport one(ReplaySource source, String runId, Progress progress) {
        return new Replay(source, runId, Listener.NONE).run(progress);
    }

    private ReplayReport run(Progress progress) {
        RegistryConfig config = RegistryConfig.of(source.registryUrl()).with(source.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source);
                SnapshotTopic taken = SnapshotTopic.open(
                        TopicScan.settings(source), source.topics(), registry, Optional.ofNullable(only))) {
            snapshots = taken;
            readLive(scan);
            readSummaries(scan, registry);
            readSnapshots();
            fold(scan, registry, progress);
            // Of a run that was decided on seldom the log may have nothing left: its snapshot stands for it.
            taken.index().runs().forEach(this::fromSnapshotAlone);
        }
        live.keySet().forEach(this::whole);
        summaries.keySet().forEach(this::whole);
        notChecked.add("That inputs were decided rightly: this folds what was decided and does not decide again.");
        notChecked.add("Heartbeats, commands and dead letters: they are not part of a run's state.");
        if (only != null) {
            notChecked.add(
                    "Other partitions of the log than the run's: a decision that was written to one of them is found"
                            + " by a replay of all runs.");
        }
        List<RunVerdict> verdicts = folds.values().stream().map(RunFold::finish).toList();
        return new ReplayReport(decisions, outsideRuns, verdicts, List.copyOf(notChecked));
    }

    private void readLive(TopicScan scan) {
        List<TopicPartition> partitions = mine(scan, source.changelog());
        if (partitions.isEmpty()) {
            notChecked.add("The live state: there is no topic " + source.changelog() + ".");
            return;
        }
        scan.read(
                partitions,
                r -> {
                    String runId = StoredKey.runId(r.key());
                    if (wanted(runId)) {
                        live.computeIfAbsent(runId, LiveRun::new).put(StoredKey.entryKey(r.key()), r.value());
                    }
                },
                behind -> {});
        live.values().removeIf(LiveRun::isEmpty);
    }

    private void readSummaries(TopicScan scan, SchemaRegistry registry) {
        RecordDeserializer<RunSummary> reader =
                registry.deserializer(source.topics().runs());
        scan.read(
                mine(scan, source.topics().runs().name()),
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

    private void fold(TopicScan scan, SchemaRegistry registry, Progress progress) {
        RecordDeserializer<Decision> reader =
                registry.deserializer(source.topics().decisions());
        List<TopicPartition> partitions = mine(scan, source.topics().decisions().name());
        long total = scan.size(partitions);
        OfRun mine = only == null ? null : new OfRun(only, reader);
        scan.read(
                partitions,
                r -> {
                    if (mine == null || mine.test(r)) {
                        accept(r, reader);
                    }
                },
                behind -> progress.at(behind, total));
    }

    private void accept(ConsumerRecord<byte[], byte[]> r, RecordDeserializer<Decision> reader) {
        decisions++;
        Decision d = reader.read(r.value());
        if (d.getSequence() == 0) {
            outsideRuns++;
        } else {
            RunFold fold = folds.get(d.getRunId());
            if (fold == null) {
                fold = d.getSequence() == 1 ? whole(d.getRunId()) : takenUp(d.getRunId(), d.getSequence());
            }
            String key = r.key() == null ? "" : new String(r.key(), UTF_8);
            if (key.equals(d.getRunId())) {
                fold.accept(d, r.value(), r.partition(), r.offset());
            } else {
                fold.mixedUp(d, key, r.partition(), r.offset());
            }
            listener.decided(d, fold);
        }
    }

    /** The fold of a run from its beginning. */
    private RunFold whole(String runId) {
        return folds.computeIfAbsent(runId, id -> new RunFold(id, live.get(id), summaries.get(id))
                .against(snapshots.index().of(id)));
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

    /** The fold of a run whose history was cut off before that decision. */
    private RunFold takenUp(String runId, long first) {
        RunFold fold;
        Optional<IndexedSnapshot> basis = snapshots.index().basis(runId, first);
        if (basis.isPresent()) {
            fold = from(basis.get());
        } else {
            fold = new RunFold(runId, live.get(runId), summaries.get(runId)).lost(noBasis(runId, first));
        }
        folds.put(runId, fold);
        return fold;
    }

    private RunFold from(IndexedSnapshot basis) {
        String runId = basis.runId();
        try {
            return new RunFold(snapshots.load(basis), live.get(runId), summaries.get(runId))
                    .against(snapshots.index().of(runId))
                    .asLoaded();
        } catch (SnapshotException e) {
            return new RunFold(runId, live.get(runId), summaries.get(runId)).lost(e.getMessage());
        }
    }

    private String noBasis(String runId, long first) {
        String unsound = snapshots.index().of(runId).tailMap(first - 1, true).values().stream()
                .flatMap(s -> s.problem().stream().map(p -> "the one at decision " + s.sequence() + ": " + p))
                .collect(Collectors.joining("; "));
        return "nothing, for no sound snapshot stands where the log begins"
                + (unsound.isEmpty() ? "" : " (" + unsound + ")");
    }

    private void fromSnapshotAlone(String runId) {
        if (folds.containsKey(runId)) {
            return;
        }
        Optional<IndexedSnapshot> newest = snapshots.index().newest(runId);
        folds.put(
                runId,
                newest.isPresent()
                        ? from(newest.get())
                        : new RunFold(runId, live.get(runId), summaries.get(runId)).lost(noBasis(runId, 1)));
    }

    private boolean wanted(String runId) {
        return only == null || only.equals(runId);
    }

    private List<TopicPartition> mine(TopicScan scan, String topic) {
        return only == null ? scan.partitions(topic) : scan.partitionOf(topic, only);
    }
}
