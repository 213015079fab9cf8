package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Run;
import java.util.List;
import java.util.function.Consumer;

/**
 * A run as it stood at a point of its history: its decisions up to there folded with the live {@code apply}, and on the
 * way the number, chain and digest of each one checked.
 */
public final class PastRun {
    private final Run run;
    private final Decision last;

    private PastRun(Run run, Decision last) {
        this.run = run;
        this.last = last;
    }

    /**
     * Folds a run to a point. Memory: its state.
     *
     * @throws HistoryException if there is no such run, it did not exist yet, its log ends before the decision that is
     *     asked for, or is not what it was when it was written
     */
    public static PastRun at(ReplaySource source, String runId, Point point, Replay.Progress progress) {
        return at(source, runId, point, progress, d -> {});
    }

    /** The same; {@code each} hears every decision on the way, after it was folded. */
    public static PastRun at(
            ReplaySource source, String runId, Point point, Replay.Progress progress, Consumer<Decision> each) {
        return at(source, runId, point, progress, taken -> {}, each);
    }

    /** The same; {@code takenUp} hears, before any decision, the state from which a run goes on whose history was cut off. */
    public static PastRun at(
            ReplaySource source,
            String runId,
            Point point,
            Replay.Progress progress,
            Consumer<Run> takenUp,
            Consumer<Decision> each) {
        PastRunFold fold = new PastRunFold(
                runId,
                point,
                first -> Basis.find(source, runId, first),
                decision -> Basis.exactly(source, runId, decision),
                takenUp,
                each);
        RunLog.read(source, runId, progress, fold::accept);
        return new PastRun(fold.finish(), fold.last());
    }

    /** As it stood: to be read. Its {@link Run#stateDigest()} is that of the point. */
    public Run run() {
        return run;
    }

    /** The last decision that counts. */
    public Decision last() {
        return last;
    }

    /** Number of the last decision that counts. */
    public long sequence() {
        return run.sequence();
    }

    /** Everything there is of it, as it is stored; {@link Run.Loader} takes it back. O(n). */
    public List<EntryChange> entries() {
        return run.entries();
    }
}
