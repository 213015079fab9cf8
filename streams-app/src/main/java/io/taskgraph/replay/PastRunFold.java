package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import java.util.function.Consumer;

/** Folds one run's decisions as far as a point. */
final class PastRunFold {
    private final RunFold fold;
    private final Point point;
    private final Consumer<Decision> each;
    private final String runId;
    private Decision last;
    private boolean later;

    PastRunFold(String runId, Point point, Consumer<Decision> each) {
        this.runId = runId;
        this.fold = new RunFold(runId, null, null);
        this.point = point;
        this.each = each;
    }

    /** Whether the next decision is wanted. */
    boolean accept(LoggedDecision d) {
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

    Decision last() {
        return last;
    }

    /** @throws HistoryException if the log does not reach the point */
    Run finish() {
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
