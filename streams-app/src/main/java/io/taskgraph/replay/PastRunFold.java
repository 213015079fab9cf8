package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Folds one run's decisions as far as a point. */
final class PastRunFold {
    private final LongFunction<Optional<Basis>> bases;
    private final LongFunction<Optional<Basis>> exactly;
    private final Consumer<Run> takenUp;
    private RunFold fold;
    private long basis;
    private final Point point;
    private final Consumer<Decision> each;
    private final String runId;
    private Decision last;
    private boolean later;

    /**
     * A fold from the run's beginning, or where that was cut off from a snapshot.
     *
     * @param bases gives that, from the first decision that the log has
     * @param exactly gives the one after just that decision
     * @param takenUp hears of it, before any decision after it
     */
    PastRunFold(
            String runId,
            Point point,
            LongFunction<Optional<Basis>> bases,
            LongFunction<Optional<Basis>> exactly,
            Consumer<Run> takenUp,
            Consumer<Decision> each) {
        this.bases = bases;
        this.exactly = exactly;
        this.takenUp = takenUp;
        this.runId = runId;
        this.fold = new RunFold(runId, null, null);
        this.point = point;
        this.each = each;
    }

    /** Whether the next decision is wanted. */
    boolean accept(LoggedDecision d) {
        long sequence = d.decision().getSequence();
        if (last == null && sequence > 1 && !takeUp(sequence)) {
            throw new HistoryException("The log of run " + runId + " begins with decision " + sequence
                    + ", and no sound snapshot stands there to take it up from: `taskgraph replay " + runId
                    + "` says more.");
        }
        if (sequence <= basis) {
            return point.sequence() != basis;
        }
        if (!point.includes(d.decision())) {
            later = true;
            return false;
        }
        fold.accept(d.decision(), d.bytes(), d.partition(), d.offset());
        if (fold.stopped()) {
            throw new HistoryException(fold.finish().divergence().orElseThrow().sentence());
        }
        last = d.decision();
        each.accept(last);
        return point.sequence() != last.getSequence();
    }

    private boolean takeUp(long first) {
        Optional<Basis> found = bases.apply(first);
        if (found.isEmpty()) {
            return false;
        }
        long named = point.sequence();
        if (!point.includes(found.get().last()) && named > 0) {
            found = exactly.apply(named).or(() -> bases.apply(first));
        }
        Basis b = found.get();
        if (!point.includes(b.last())) {
            throw new HistoryException("What run " + runId + " was " + point + " is known no more: its history was cut"
                    + " off, and begins with decision " + b.last().getSequence() + ".");
        }
        fold = new RunFold(b.run(), null, null);
        basis = b.run().sequence();
        last = b.last();
        takenUp.accept(b.copy());
        return true;
    }

    Decision last() {
        return last;
    }

    /** @throws HistoryException if the log does not reach the point */
    Run finish() {
        if (last == null && !later) {
            // Of a run that is decided on seldom the log may have nothing left.
            takeUp(0);
        }
        if (last == null) {
            throw new HistoryException(
                    later
                            ? "Run " + runId + " did not exist yet " + point + "."
                            : "There is no run " + runId + " on the decision log: `taskgraph runs` lists those there"
                                    + " are.");
        }
        if (last.getSequence() < point.sequence()) {
            throw new HistoryException("Run " + runId + " has " + last.getSequence() + " decisions so far, and none "
                    + point + ": give a smaller number, or end.");
        }
        return fold.run();
    }
}
