package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.snapshot.IndexedSnapshot;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * One run's decisions folded into its state with the live {@code apply}, every one checked: the sequence has no gap, the
 * hash chain holds, the digest after it is the recorded one. It stops at the first divergence.
 */
public final class RunFold {
    private final String runId;
    private final LiveRun live;
    private final RunSummary summary;
    private final Run run;
    private final long provedFrom;
    private NavigableMap<Long, IndexedSnapshot> snapshots = Collections.emptyNavigableMap();
    /** What keeps the run from being taken up where the log begins; null: nothing. */
    private String lost;

    private int comparedSnapshots;
    private boolean forgotten;
    private long decisions;
    private boolean comparedWithLive;
    private boolean comparedWithSummary;
    private Divergence divergence;
    private Divergence lostAt;

    /**
     * A fold from the run's beginning.
     *
     * @param live the run's state in the stores at some decision, to be compared when that is reached, or null
     * @param summary a summary of the run, likewise, or null
     */
    public RunFold(String runId, LiveRun live, RunSummary summary) {
        this(Run.of(runId), live, summary);
    }

    /**
     * A fold from a state that was kept: put together by {@link Run.Loader} from its entries.
     *
     * @param from as it stood after one of its decisions; the next one that comes must be the one after that
     */
    public RunFold(Run from, LiveRun live, RunSummary summary) {
        this.runId = from.runId();
        this.live = live;
        this.summary = summary;
        this.run = from;
        this.provedFrom = from.sequence();
    }

    /** Has it compared with the run's snapshots, too, when their decisions are reached. */
    RunFold against(NavigableMap<Long, IndexedSnapshot> there) {
        snapshots = there;
        return this;
    }

    /**
     * There is no state to take the run up from where the log begins. That is a divergence, unless the log tells that it
     * was forgotten.
     */
    RunFold lost(String why) {
        lost = why;
        return this;
    }

    /** The state so far. */
    public Run run() {
        return run;
    }

    /** Whether a divergence was found: nothing more is folded. */
    public boolean stopped() {
        return divergence != null;
    }

    /**
     * Folds the next decision of the log.
     *
     * @param record the decision as it stands on the log, wire format
     */
    public void accept(Decision d, byte[] record, int partition, long offset) {
        if (stopped()) {
            return;
        }
        decisions++;
        if (lost != null) {
            passOver(d, partition, offset);
            return;
        }
        if (provedFrom > 0 && d.getSequence() <= provedFrom && d.getSequence() <= run.sequence() && !forgotten) {
            passOverBefore(d, record, partition, offset);
            return;
        }
        if (d.getSequence() != run.sequence() + 1) {
            diverge(d, partition, offset, "the sequence number", d.getSequence(), run.sequence() + 1);
            return;
        }
        if (!same(d.getPreviousHash(), run.lastHash())) {
            diverge(
                    d,
                    partition,
                    offset,
                    "the previous decision's hash",
                    hex(d.getPreviousHash().bytes()),
                    hex(run.lastHash()));
            return;
        }
        try {
            Apply.decision(run, d);
        } catch (RuntimeException e) {
            diverge(d, partition, offset, "its facts", "applicable", e.toString());
            return;
        }
        run.seal();
        run.chain(Digests.ofRecord(record).bytes());
        if (!same(d.getStateDigest(), run.stateDigest())) {
            diverge(
                    d,
                    partition,
                    offset,
                    "the state digest",
                    hex(d.getStateDigest().bytes()),
                    hex(run.stateDigest()));
            return;
        }
        forgotten = !run.exists();
        compare(d.getSequence(), partition, offset);
        if (!stopped()) {
            compareSnapshot(d, partition, offset);
        }
    }

    /** Compares the state with what was read of it elsewhere, if that stands at the same decision. */
    private void compare(long sequence, int partition, long offset) {
        if (live != null && isLive()) {
            comparedWithLive = true;
            live.difference(run)
                    .ifPresent(e -> diverge(
                            sequence,
                            partition,
                            offset,
                            "in the live state, " + e.entry() + (e.field().isEmpty() ? "" : ", field " + e.field()),
                            e.other(),
                            e.one()));
        }
        if (!stopped() && summary != null && isSummarized()) {
            comparedWithSummary = true;
            if (!same(summary.getStateDigest(), run.stateDigest())) {
                diverge(
                        sequence,
                        partition,
                        offset,
                        "the summary's state digest",
                        hex(summary.getStateDigest().bytes()),
                        hex(run.stateDigest()));
            }
        }
    }

    /** A run that was forgotten may have given its id to another one, which has decisions with the same numbers. */
    private boolean isLive() {
        return run.exists()
                && live.sequence() == run.sequence()
                && (live.run().identity() == null
                        || live.run().identity().createdAt() == run.identity().createdAt());
    }

    private boolean isSummarized() {
        return run.exists()
                && summary.getSequence() == run.sequence()
                && (summary.getCreatedAt() == null
                        || summary.getCreatedAt().toEpochMilli()
                                == run.identity().createdAt());
    }

    private void compareSnapshot(Decision d, int partition, long offset) {
        IndexedSnapshot s = snapshots.get(d.getSequence());
        // One that lacks chunks may be being written, and one of another time is another run's with this id.
        if (s == null || s.isIncomplete() || !s.takenAt().equals(d.getDecidedAt()) || forgotten) {
            return;
        }
        comparedSnapshots++;
        String problem = s.problem().orElse(null);
        if (problem != null) {
            diverge(d, partition, offset, "the snapshot there (" + problem + ")", "unsound", hex(run.stateDigest()));
        } else if (!Arrays.equals(s.stateDigest(), run.stateDigest())) {
            diverge(d, partition, offset, "the snapshot's state digest", hex(s.stateDigest()), hex(run.stateDigest()));
        } else if (!Arrays.equals(s.decisionHash(), run.lastHash())) {
            diverge(d, partition, offset, "the snapshot's decision hash", hex(s.decisionHash()), hex(run.lastHash()));
        }
    }

    private void passOver(Decision d, int partition, long offset) {
        if (d.getFacts().stream().anyMatch(f -> f.getRunForgotten() != null)) {
            lost = null;
            forgotten = true;
        } else if (lostAt == null) {
            lostAt = new Divergence(
                    runId,
                    d.getSequence(),
                    partition,
                    offset,
                    "its history",
                    "decision " + d.getSequence() + " and on",
                    lost);
        }
    }

    /** The snapshot stands for it; the one that it was taken after has to be the log's. */
    private void passOverBefore(Decision d, byte[] record, int partition, long offset) {
        byte[] hash = Digests.ofRecord(record).bytes();
        if (d.getSequence() == provedFrom && provedFrom == run.sequence() && !Arrays.equals(hash, run.lastHash())) {
            diverge(d, partition, offset, "the snapshot's decision hash", hex(run.lastHash()), hex(hash));
        }
    }

    /** Compares a run that is taken up from a snapshot as that has it: the log may have nothing more of it. */
    RunFold asLoaded() {
        compare(run.sequence(), -1, -1);
        return this;
    }

    /** A decision of this run stands under another key: no control plane writes that. */
    void mixedUp(Decision d, String key, int partition, long offset) {
        if (!stopped()) {
            diverge(d, partition, offset, "the run that the decision is of", runId, key + " by its key");
        }
    }

    /** The verdict, the log having been read to its end. */
    public RunVerdict finish() {
        if (!stopped() && lost != null) {
            divergence = lostAt != null
                    ? lostAt
                    : new Divergence(runId, 0, -1, -1, "its history", "gone from the log", lost);
        }
        Optional<IndexedSnapshot> ahead = snapshots.tailMap(run.sequence(), false).values().stream()
                .filter(s -> !s.isIncomplete() && !forgotten)
                .findFirst();
        if (!stopped() && ahead.isPresent()) {
            divergence = new Divergence(
                    runId,
                    0,
                    -1,
                    -1,
                    "a snapshot's sequence number",
                    "" + ahead.get().sequence(),
                    "" + run.sequence());
        }
        if (!stopped() && live != null && !comparedWithLive) {
            divergence = new Divergence(
                    runId, 0, -1, -1, "the live state's sequence number", "" + live.sequence(), "" + run.sequence());
        }
        if (!stopped() && summary != null && !comparedWithSummary) {
            divergence = new Divergence(
                    runId, 0, -1, -1, "the summary's sequence number", "" + summary.getSequence(), "" + run.sequence());
        }
        return new RunVerdict(
                runId,
                decisions,
                run.sequence(),
                hex(run.stateDigest()),
                forgotten ? "FORGOTTEN" : run.phase().name(),
                comparedWithLive,
                comparedWithSummary,
                Optional.ofNullable(divergence),
                provedFrom,
                comparedSnapshots + (provedFrom > 0 ? 1 : 0),
                forgotten);
    }

    private void diverge(Decision d, int partition, long offset, String what, Object recorded, Object replayed) {
        diverge(d.getSequence(), partition, offset, what, recorded, replayed);
    }

    private void diverge(long sequence, int partition, long offset, String what, Object recorded, Object replayed) {
        divergence = new Divergence(
                runId, sequence, partition, offset, what, String.valueOf(recorded), String.valueOf(replayed));
    }

    private static boolean same(Digest recorded, byte[] replayed) {
        return Arrays.equals(recorded.bytes(), replayed);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
