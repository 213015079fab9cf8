package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * Proves that the live state is what the log says. The live state and the summaries are read first, each at the decision
 * it stands at; then the log is folded, and each run is compared when it reaches that decision. So a control plane that
 * goes on working is no divergence.
 *
 * <p>Goes partition by partition, as many at once as there are processors where nobody listens and nothing is decided again.
 * Memory, for each of these: the live entries of the partition, and the states of its runs that are under way at one place of its log.
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
    private final List<String> notChecked = new ArrayList<>();
    private final List<RunVerdict> verdicts = new ArrayList<>();
    private Optional<Divergence> outside = Optional.empty();
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
        List<PartitionReplay.Outcome> outcomes;
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                TopicScan scan = new TopicScan(source);
                ClusterRecordings recordings = new ClusterRecordings(source, registry);
                SnapshotTopic snapshots = SnapshotTopic.open(
                        TopicScan.settings(source), source.topics(), registry, Optional.ofNullable(only))) {
            // First: so that no snapshot is of a decision after those at which live states are read.
            readSnapshots(snapshots);
            List<TopicPartition> log = mine(scan, source.topics().decisions().name());
            boolean stores = !scan.partitions(source.changelog()).isEmpty();
            if (!stores) {
                notChecked.add("The live state: there is no topic " + source.changelog() + ".");
            }
            SharedProgress shared = new SharedProgress(progress, scan.size(log));
            BiFunction<TopicScan, TopicPartition, PartitionReplay.Outcome> one =
                    (reader, p) -> new PartitionReplay(source, only, registry, snapshots)
                            .run(reader, p, stores, strict ? recordings : null, listener, shared.part());
            outcomes = each(log, scan, one);
        }
        outcomes.forEach(this::add);
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

    /** By this thread alone where somebody listens, to one decision after the other, or what was recorded is read beside the log. */
    private List<PartitionReplay.Outcome> each(
            List<TopicPartition> log,
            TopicScan scan,
            BiFunction<TopicScan, TopicPartition, PartitionReplay.Outcome> one) {
        int threads = Math.min(log.size(), Runtime.getRuntime().availableProcessors());
        if (strict || listener != Listener.NONE || threads < 2) {
            return log.stream().map(p -> one.apply(scan, p)).toList();
        }
        try (Crew<TopicScan> crew = new Crew<>("replay", threads, () -> new TopicScan(source))) {
            return crew.each(log, one);
        }
    }

    private void add(PartitionReplay.Outcome of) {
        verdicts.addAll(of.verdicts());
        decisions += of.decisions();
        outsideRuns += of.outsideRuns();
        since += of.since();
        outside = outside.or(of::outside);
        of.misplaced().forEach(misplaced::putIfAbsent);
        redecided = redecided.plus(of.redecided());
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

    private void readSnapshots(SnapshotTopic snapshots) {
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

    private List<TopicPartition> mine(TopicScan scan, String topic) {
        return only == null ? scan.partitions(topic) : scan.partitionOf(topic, only);
    }
}
