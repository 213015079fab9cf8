package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.Digests;
import java.util.Arrays;
import java.util.HexFormat;
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
    private long decisions;
    private boolean comparedWithLive;
    private boolean comparedWithSummary;
    private Divergence divergence;

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
        if (live != null && live.sequence() == run.sequence()) {
            comparedWithLive = true;
            live.difference(run)
                    .ifPresent(e -> diverge(
                            d,
                            partition,
                            offset,
                            "in the live state, " + e.entry() + (e.field().isEmpty() ? "" : ", field " + e.field()),
                            e.other(),
                            e.one()));
        }
        if (!stopped() && summary != null && summary.getSequence() == run.sequence()) {
            comparedWithSummary = true;
            if (!same(summary.getStateDigest(), run.stateDigest())) {
                diverge(
                        d,
                        partition,
                        offset,
                        "the summary's state digest",
                        hex(summary.getStateDigest().bytes()),
                        hex(run.stateDigest()));
            }
        }
    }

    /** A decision of this run stands under another key: no control plane writes that. */
    void mixedUp(Decision d, String key, int partition, long offset) {
        if (!stopped()) {
            diverge(d, partition, offset, "the run that the decision is of", runId, key + " by its key");
        }
    }

    /** The verdict, the log having been read to its end. */
    public RunVerdict finish() {
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
                run.phase().name(),
                comparedWithLive,
                comparedWithSummary,
                Optional.ofNullable(divergence));
    }

    private void diverge(Decision d, int partition, long offset, String what, Object recorded, Object replayed) {
        divergence = new Divergence(
                runId, d.getSequence(), partition, offset, what, String.valueOf(recorded), String.valueOf(replayed));
    }

    private static boolean same(Digest recorded, byte[] replayed) {
        return Arrays.equals(recorded.bytes(), replayed);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
