package io.taskgraph.retention;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.engine.Checkpoints;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.RetentionPolicy;
import io.taskgraph.policy.contract.SnapshotPolicy;
import io.taskgraph.replay.RunFold;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run as its keeper knows it: folded as far as the log was read, with a mark at each snapshot. The state of one that
 * has ended and has a verified snapshot is let go, and loaded again if it is decided on once more.
 */
final class KeptRun {
    private final String runId;
    private final int partition;
    private final TreeMap<Long, Mark> marks = new TreeMap<>();
    private RunFold fold;
    private Decision last;
    private byte[] lastRecord;

    private long sequence;
    private long at;
    private long firstOffset = -1;
    private long firstAt;
    private long basis;
    private boolean ended;
    private boolean forgotten;
    private boolean enabled;
    private SnapshotPolicy snapshots = SnapshotPolicy.DEFAULT;
    private RetentionPolicy retention = RetentionPolicy.DEFAULT;
    private List<Long> checkpoints = List.of();
    private String problem;

    private KeptRun(String runId, int partition) {
        this.runId = runId;
        this.partition = partition;
    }

    /** One whose log begins with it. */
    static KeptRun begun(String runId, int partition) {
        KeptRun run = new KeptRun(runId, partition);
        run.fold = new RunFold(runId, null, null);
        return run;
    }

    /** One that is taken up from a snapshot. */
    static KeptRun from(Run loaded, int partition) {
        KeptRun run = new KeptRun(loaded.runId(), partition);
        run.fold = new RunFold(loaded, null, null);
        run.basis = loaded.sequence();
        run.look(loaded);
        run.marks.put(run.sequence, Mark.of(loaded));
        return run;
    }

    /** One that cannot be folded: all there is of it is kept. */
    static KeptRun without(String runId, int partition, String problem) {
        KeptRun run = new KeptRun(runId, partition);
        run.problem = problem;
        return run;
    }

    String runId() {
        return runId;
    }

    int partition() {
        return partition;
    }

    /** The last decision that was folded. */
    long sequence() {
        return sequence;
    }

    /** What keeps it from being folded, one sentence; empty: nothing. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    boolean forgotten() {
        return forgotten;
    }

    /** Whether the log has nothing of it: it is known by its snapshot alone. */
    boolean isSnapshotAlone() {
        return firstOffset < 0;
    }

    boolean hasState() {
        return fold != null;
    }

    TreeMap<Long, Mark> marks() {
        return marks;
    }

    SnapshotPolicy snapshotPolicy() {
        return snapshots;
    }

    /** Takes the state back that was let go. */
    void resume(Run loaded) {
        fold = new RunFold(loaded, null, null);
    }

    /** Whether the decision is one that the snapshot stands for from which it was taken up. It has to be that one's own. */
    boolean passesOver(Decision d, byte[] record) {
        if (d.getSequence() > basis) {
            return false;
        }
        Mark mark = marks.get(d.getSequence());
        if (mark != null && !mark.isOf(record)) {
            problem = "The snapshot of run " + runId + " at decision " + d.getSequence()
                    + " was taken after another decision than the one on the log.";
        }
        return true;
    }

    /** Notes where the log has it, whether or not it can be folded. */
    void seen(Decision d, long offset) {
        if (firstOffset < 0) {
            firstOffset = offset;
            firstAt = d.getDecidedAt().toEpochMilli();
        }
    }

    /** What the log has of it begins where that of the other one did, which was the same run. */
    void standsOnLogAs(KeptRun other) {
        firstOffset = other.firstOffset;
        firstAt = other.firstAt;
    }

    /** Folds its next decision. */
    void accept(Decision d, byte[] record, long offset) {
        Mark before = marks.get(d.getSequence() - 1);
        if (before != null && before.next() < 0) {
            before.next(offset);
        }
        fold.accept(d, record, partition, offset);
        if (fold.stopped()) {
            problem = fold.finish().divergence().orElseThrow().sentence();
            return;
        }
        last = d;
        lastRecord = record;
        if (fold.run().exists()) {
            look(fold.run());
        } else {
            forgotten = true;
            marks.clear();
            letGo();
        }
    }

    private void look(Run run) {
        sequence = run.sequence();
        at = run.lastDecidedAt();
        ended = run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED;
        enabled = run.policy().on(Flag.TRACE_REPLAY);
        snapshots = run.policy().snapshots();
        retention = run.policy().retention();
        checkpoints = Checkpoints.decisions(run);
    }

    /** Whether its policy or an operator wants a snapshot of it as it stands after the decision that was just folded. */
    boolean wantsSnapshot(boolean endedBefore) {
        if (problem != null || forgotten() || !enabled) {
            return false;
        }
        for (Fact f : last.getFacts()) {
            // A checkpoint is a place to go back to: it is to be there when the history before it is not.
            if (f.getSnapshotRequested() != null || f.getCheckpointTaken() != null) {
                return true;
            }
        }
        return snapshots.every() > 0 && sequence % snapshots.every() == 0
                || snapshots.atEnd() && ended && !endedBefore
                || snapshots.intervalMillis() > 0 && at - newestAt() >= snapshots.intervalMillis();
    }

    /** Whether history that may go stands behind no snapshot yet, so that one is needed to let it go. */
    boolean holdsHistory(long now) {
        if (problem != null || forgotten() || fold == null || last == null || !enabled || !retention.truncates()) {
            return false;
        }
        long newest = marks.isEmpty() ? 0 : marks.lastKey();
        return sequence > newest
                && sequence - newest >= retention.decisions()
                && (retention.ageMillis() == 0 || now - newestAt() >= retention.ageMillis());
    }

    /** The decisions by which the checkpoints were taken that it keeps. */
    List<Long> checkpoints() {
        return checkpoints;
    }

    /** Whether its state after that decision can be had from the log. */
    boolean reaches(long decision) {
        return problem == null && !forgotten() && decision > basis;
    }

    private long newestAt() {
        return marks.isEmpty() ? firstAt : marks.lastEntry().getValue().at();
    }

    boolean ended() {
        return ended;
    }

    /** Notes what a snapshot after its last decision has to say. */
    void mark() {
        marks.put(sequence, Mark.of(fold.run()));
    }

    Run state() {
        return fold.run();
    }

    Decision last() {
        return last;
    }

    byte[] lastRecord() {
        return lastRecord;
    }

    /** Forgets the state, if it can be loaded again. */
    void letGoIfEnded() {
        Mark there = marks.get(sequence);
        if (ended && problem == null && there != null && there.verified()) {
            letGo();
        }
    }

    private void letGo() {
        fold = null;
        last = null;
        lastRecord = null;
    }

    /** Whether its policy keeps it no longer. */
    boolean isOver(long now) {
        return problem == null
                && !forgotten()
                && enabled
                && ended
                && retention.finishedMillis() > 0
                && now - at >= retention.finishedMillis();
    }

    /** The newest verified snapshot up to which its policy keeps no decision; null: none. */
    Mark base(long now) {
        if (problem != null || forgotten() || !enabled || !retention.truncates()) {
            return null;
        }
        for (Mark m : marks.descendingMap().values()) {
            boolean count = sequence - m.sequence() >= retention.decisions();
            boolean age = retention.ageMillis() == 0 || now - m.at() >= retention.ageMillis();
            if (m.verified() && count && age) {
                return m;
            }
        }
        return null;
    }

    /** The snapshot without which what the log has of it cannot be folded: 0: none, the log has all of it. */
    long needs(long now) {
        Mark base = base(now);
        return base == null ? basis : base.sequence();
    }

    /** The first offset of its partition that it needs; {@link Long#MAX_VALUE}: none. */
    long needsFrom(long now) {
        if (forgotten()) {
            return Long.MAX_VALUE;
        }
        Mark base = base(now);
        if (base != null) {
            return base.next() < 0 ? Long.MAX_VALUE : base.next();
        }
        return firstOffset < 0 ? Long.MAX_VALUE : firstOffset;
    }

    /** Why it needs that, for people. */
    String why(long now) {
        if (problem != null) {
            return problem;
        }
        if (!enabled) {
            return "its policy has trace_replay off, so that all of it is kept";
        }
        if (!retention.truncates()) {
            return "its policy keeps all decisions";
        }
        return base(now) == null
                ? "its policy keeps them, or no verified snapshot stands behind them"
                : "its policy keeps them";
    }
}
