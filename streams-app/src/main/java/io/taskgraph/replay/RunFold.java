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
 * One run's decisions folded into its state with the live {@code apply}, or decided again with the live {@code decide},
 * every one checked: the sequence has no gap, the hash chain holds, the digest after it is the recorded one. It stops at
 * the first divergence.
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

    private Divergence lostAt;
    private int comparedSnapshots;
    private boolean forgotten;
    private long decisions;
    private boolean comparedWithLive;
    private boolean comparedWithSummary;
    private Head head;
    private Redecided redecided;
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

    /** Compares a run that is taken up from a snapshot as that has it: the log may have nothing more of it. */
    RunFold asLoaded() {
        compare(run.sequence(), null);
        return this;
    }

    /** Has it end there, as a manifest says; null: that is not told. */
    RunFold until(Head head) {
        this.head = head;
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
        accept(d, Digests.ofRecord(record).bytes(), new Place("", partition, offset), null, null, null);
    }

    /** The same. */
    void accept(Decision d, Recorded r) {
        accept(d, r.hash(), r.place(), null, null, null);
    }

    /** Decides the next decision of the log again, if what it was made from is there, or folds it. */
    void accept(Decision d, Recorded r, Found found, Redecision again) {
        redecided = redecided == null ? Redecided.NONE : redecided;
        accept(d, null, r.place(), r, found, again);
    }

    /** Decisions about silent workers name heartbeats that are not there any more. */
    void heartbeatsGone(long number) {
        redecided = redecided.withoutHeartbeats(number);
    }

    /** The next decision cannot be read. */
    void unreadable(Place at, String why) {
        if (!stopped()) {
            divergence = at(run.sequence() + 1, at, "the decision", "unreadable (" + why + ")", "readable");
        }
    }

    /** The record of the decision says otherwise about it than the decision itself. */
    void mixedUp(Decision d, Place at, String key) {
        if (!stopped()) {
            divergence = at(d.getSequence(), at, "the run that the decision is of", runId, key + " by its key");
        }
    }

    private void accept(Decision d, byte[] hash, Place place, Recorded r, Found found, Redecision again) {
        if (stopped()) {
            return;
        }
        decisions++;
        if (lost != null) {
            passOver(d, place);
        } else if (d.getSequence() <= provedFrom && d.getSequence() <= run.sequence()) {
            passOverBefore(d, place, hash == null ? r.hash() : hash);
        } else if (d.getSequence() != run.sequence() + 1) {
            diverge(d, place, Divergence.SEQUENCE, d.getSequence(), run.sequence() + 1);
        } else if (!same(d.getPreviousHash(), run.lastHash())) {
            diverge(
                    d,
                    place,
                    "the previous decision's hash",
                    hex(d.getPreviousHash().bytes()),
                    hex(run.lastHash()));
        } else if (redo(d, place, r, found, again) || apply(d, place, hash == null ? r.hash() : hash)) {
            forgotten = !run.exists();
            compare(d.getSequence(), place);
            compareSnapshot(d, place);
        }
    }

    private void passOver(Decision d, Place place) {
        if (d.getFacts().stream().anyMatch(f -> f.getRunForgotten() != null)) {
            lost = null;
            forgotten = true;
        } else if (lostAt == null) {
            lostAt = at(d.getSequence(), place, "its history", "decision " + d.getSequence() + " and on", lost);
        }
    }

    /** The snapshot stands for it; the one that it was taken after has to be the log's. */
    private void passOverBefore(Decision d, Place place, byte[] hash) {
        if (d.getSequence() == run.sequence() && !Arrays.equals(hash, run.lastHash())) {
            diverge(d, place, "the snapshot's decision hash", hex(run.lastHash()), hex(hash));
        } else if (d.getSequence() == run.sequence() && !same(d.getStateDigest(), run.stateDigest())) {
            diverge(d, place, "the state digest", hex(d.getStateDigest().bytes()), hex(run.stateDigest()));
        }
    }

    /** Whether the decision was made again, and the run brought over it. */
    private boolean redo(Decision d, Place place, Recorded r, Found found, Redecision again) {
        if (again == null) {
            return false;
        }
        if (found.wrong() != null) {
            diverge(d, place, "what it was made from", "the decision's input", found.wrong());
            return false;
        }
        String missing = found.gone();
        if (missing == null) {
            Redecision.Compared compared = again.of(run, found.input(), d, r);
            if (compared.different() != null) {
                RecordDifference x = compared.different();
                diverge(d, place, "decided again, " + x.field(), x.one(), x.other());
                return false;
            }
            missing = compared.missing();
        }
        if (missing != null) {
            redecided = redecided.not(runId, d.getSequence(), missing);
            return false;
        }
        redecided = redecided.again();
        return true;
    }

    private boolean apply(Decision d, Place place, byte[] hash) {
        if (stopped()) {
            return false;
        }
        try {
            Apply.decision(run, d);
        } catch (RuntimeException e) {
            diverge(d, place, "its facts", "applicable", e.getMessage() == null ? e.toString() : e.getMessage());
            return false;
        }
        run.sealUnstored();
        run.chain(hash);
        if (!same(d.getStateDigest(), run.stateDigest())) {
            diverge(d, place, "the state digest", hex(d.getStateDigest().bytes()), hex(run.stateDigest()));
            return false;
        }
        return true;
    }

    /** Compares the state with what was read of it elsewhere, if that stands at the same decision. */
    private void compare(long sequence, Place place) {
        if (live != null && isLive()) {
            comparedWithLive = true;
            live.difference(run)
                    .ifPresent(e -> divergence = at(
                            sequence,
                            place,
                            "in the live state, " + e.entry() + (e.field().isEmpty() ? "" : ", field " + e.field()),
                            e.other(),
                            e.one()));
        }
        if (!stopped() && summary != null && isSummarized()) {
            comparedWithSummary = true;
            if (!same(summary.getStateDigest(), run.stateDigest())) {
                divergence = at(
                        sequence,
                        place,
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
                && live.isCreatedAt(run.identity().createdAt());
    }

    private boolean isSummarized() {
        return run.exists()
                && summary.getSequence() == run.sequence()
                && (summary.getCreatedAt() == null
                        || summary.getCreatedAt().toEpochMilli()
                                == run.identity().createdAt());
    }

    private void compareSnapshot(Decision d, Place place) {
        IndexedSnapshot s = snapshots.get(d.getSequence());
        // One that lacks chunks may be being written, and one of another time is another run's with this id.
        if (stopped() || s == null || s.isIncomplete() || !s.takenAt().equals(d.getDecidedAt()) || forgotten) {
            return;
        }
        comparedSnapshots++;
        String problem = s.problem().orElse(null);
        if (problem != null) {
            diverge(d, place, "the snapshot there (" + problem + ")", "unsound", hex(run.stateDigest()));
        } else if (!Arrays.equals(s.stateDigest(), run.stateDigest())) {
            diverge(d, place, "the snapshot's state digest", hex(s.stateDigest()), hex(run.stateDigest()));
        } else if (!Arrays.equals(s.decisionHash(), run.lastHash())) {
            diverge(d, place, "the snapshot's decision hash", hex(s.decisionHash()), hex(run.lastHash()));
        }
    }

    /** Whether it stands where live state and summary, which are there, were read, and agrees with both. */
    boolean isProved() {
        return !stopped()
                && lost == null
                && (head == null ? comparedWithLive : isAtHead())
                && (summary == null || comparedWithSummary || summary.getSequence() < run.sequence());
    }

    /** By its hash, too: a run that was forgotten may have had a decision of the number at which another one ends. */
    private boolean isAtHead() {
        return head.sequence() == run.sequence() && head.hash().equals(hex(run.lastHash()));
    }

    /** The verdict, the log having been read to its end. */
    public RunVerdict finish() {
        if (!stopped() && lost != null) {
            divergence = lostAt != null ? lostAt : at(0, null, "its history", "gone from the log", lost);
        }
        Optional<IndexedSnapshot> ahead = snapshots.tailMap(run.sequence(), false).values().stream()
                .filter(s -> !s.isIncomplete() && !forgotten)
                .findFirst();
        if (!stopped() && ahead.isPresent()) {
            end("a snapshot's sequence number", ahead.get().sequence());
        }
        if (!stopped() && live != null && !comparedWithLive) {
            end("the live state's sequence number", live.sequence());
        }
        if (!stopped() && head != null) {
            compareWithHead();
        }
        if (!stopped() && summary != null && !comparedWithSummary) {
            end("the summary's sequence number", summary.getSequence());
        }
        return verdict();
    }

    private void compareWithHead() {
        if (head.sequence() != run.sequence()) {
            end("the manifest's last sequence number", head.sequence());
        } else if (!head.hash().equals(hex(run.lastHash()))) {
            divergence = at(run.sequence(), null, "the hash of its last decision", head.hash(), hex(run.lastHash()));
        } else if (!head.stateDigest().equals(hex(run.stateDigest()))) {
            divergence =
                    at(run.sequence(), null, "the manifest's state digest", head.stateDigest(), hex(run.stateDigest()));
        }
    }

    private void end(String what, long recorded) {
        divergence = at(0, null, what, recorded, run.sequence());
    }

    private RunVerdict verdict() {
        return new RunVerdict(
                runId,
                decisions,
                run.sequence(),
                hex(run.stateDigest()),
                forgotten ? "FORGOTTEN" : run.phase().name(),
                comparedWithLive,
                comparedWithSummary,
                Optional.ofNullable(divergence),
                Optional.ofNullable(redecided),
                provedFrom,
                comparedSnapshots + (provedFrom > 0 ? 1 : 0),
                forgotten);
    }

    private void diverge(Decision d, Place place, String what, Object recorded, Object replayed) {
        divergence = at(d.getSequence(), place, what, recorded, replayed);
    }

    private Divergence at(long sequence, Place place, String what, Object recorded, Object replayed) {
        boolean file = place != null && place.partition() < 0 && place.number() >= 0;
        return new Divergence(
                runId,
                sequence,
                place == null ? -1 : place.partition(),
                place == null || file ? -1 : place.number(),
                what,
                String.valueOf(recorded),
                String.valueOf(replayed),
                file ? place.toString() : "");
    }

    private static boolean same(Digest recorded, byte[] replayed) {
        return Arrays.equals(recorded.bytes(), replayed);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
