package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Phase;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Folds the decisions of one partition, each in its run. A run that stands where it is to be compared, and agrees, is let
 * go: what is kept are the runs that are under way at one place of the log, and of each of the others where its log stands
 * ({@link ProvedRun}), some hundred bytes.
 */
final class PartitionFold {
    private final Map<String, RunFold> folds = new HashMap<>();
    private final Map<String, ProvedRun> proved = new HashMap<>();
    private final List<RunVerdict> verdicts = new ArrayList<>();
    private final RecordReader<Decision> reader = new RecordReader<>(Decision.class);
    private final Function<String, RunFold> begin;
    private final Inputs inputs;
    private final Redecision again;
    private final Consumer<Run> whole;
    private final Replay.Listener listener;
    private BiFunction<String, Long, RunFold> takeUp;
    private ToIntFunction<String> home;
    private final Map<String, Divergence> misplaced = new TreeMap<>();
    private Decision last;
    private long decisions;
    private long outsideRuns;
    private long since;
    private Redecided outside;
    private Divergence outsideDivergence;

    /**
     * Nothing folded yet.
     *
     * @param begin gives the fold of a run before its first decision
     * @param inputs what decisions were made from; null: they are folded and not decided again
     */
    PartitionFold(Function<String, RunFold> begin, Inputs inputs, int maxDecisionBytes) {
        this(begin, inputs, maxDecisionBytes, null, Replay.Listener.NONE);
    }

    /** The same; a listener hears all, so that no run is let go before the log's end. */
    PartitionFold(Function<String, RunFold> begin, Inputs inputs, int maxDecisionBytes, Replay.Listener listener) {
        this(begin, inputs, maxDecisionBytes, null, listener);
    }

    /**
     * The same of a log that is closed: no decision follows those that a run is to be compared after.
     *
     * @param whole hears each run as it stands at its end
     */
    PartitionFold(Function<String, RunFold> begin, Inputs inputs, int maxDecisionBytes, Consumer<Run> whole) {
        this(begin, inputs, maxDecisionBytes, whole, Replay.Listener.NONE);
    }

    /**
     * The same of a log that is closed, heard by both.
     *
     * @param whole hears each run as it stands at its end; null: nobody does
     */
    PartitionFold(
            Function<String, RunFold> begin,
            Inputs inputs,
            int maxDecisionBytes,
            Consumer<Run> whole,
            Replay.Listener listener) {
        this.whole = whole;
        this.listener = listener;
        this.begin = begin;
        this.inputs = inputs;
        this.again = inputs == null ? null : new Redecision(maxDecisionBytes, reader);
        this.outside = inputs == null ? null : Redecided.NONE;
    }

    /** @param key the run by the record's key; null if there is no key beside the record */
    void accept(Recorded r, String key) {
        decisions++;
        Decision d;
        try {
            d = reader.read(r);
        } catch (UnreadableRecordException e) {
            if (key == null) {
                throw new HistoryException("The decision in " + r.place() + " cannot be read: " + e.getMessage(), e);
            }
            fold(key).unreadable(r.place(), e.getMessage());
            return;
        }
        last = d;
        if (d.getSequence() == 0) {
            outsideRuns++;
            outside(d, r);
            return;
        }
        if (home != null && home.applyAsInt(d.getRunId()) != r.partition()) {
            misplaced.computeIfAbsent(
                    d.getRunId(),
                    id -> new Divergence(
                            id,
                            d.getSequence(),
                            r.partition(),
                            r.offset(),
                            "the partition that the decision stands in",
                            Integer.toString(r.partition()),
                            Integer.toString(home.applyAsInt(id))));
            return;
        }
        RunFold fold = folds.get(d.getRunId());
        ProvedRun before = fold == null ? proved.get(d.getRunId()) : null;
        if (before != null) {
            since++;
            if (whole != null) {
                throw new HistoryException(r.place() + ": decision " + d.getSequence() + " of run " + d.getRunId()
                        + " follows what the manifest says is its last one: a decision is doubled or was added.");
            }
            before.follows(d, r, key)
                    .ifPresent(problem -> verdicts.set(
                            before.verdict, verdicts.get(before.verdict).diverging(problem)));
            return;
        }
        fold = fold == null ? begun(d.getRunId(), d.getSequence()) : fold;
        if (key != null && !key.equals(d.getRunId())) {
            fold.mixedUp(d, r.place(), key);
        } else if (inputs == null) {
            fold.accept(d, r);
        } else if (!fold.stopped()) {
            fold.accept(d, r, inputs.of(d, r), again);
            fold.heartbeatsGone(inputs.heartbeatsGone());
        }
        if (inputs != null && isOver(fold.run())) {
            inputs.ended(d.getRunId());
        }
        listener.decided(d, fold);
        // One that is taken up from a snapshot may be proved before what the log still has up to there is behind.
        if (!listener.hears(d.getRunId()) && d.getSequence() == fold.run().sequence() && fold.isProved()) {
            if (whole != null) {
                whole.accept(fold.run());
            }
            Run run = fold.run();
            proved.put(d.getRunId(), new ProvedRun(d.getRunId(), run.sequence(), run.lastHash(), verdicts.size()));
            verdicts.add(fold.finish());
            folds.remove(d.getRunId());
        }
    }

    private static boolean isOver(Run run) {
        return run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED;
    }

    /** A refusal for a run that did not exist: no state follows from it. */
    private void outside(Decision d, Recorded r) {
        if (inputs == null || outsideDivergence != null) {
            return;
        }
        Found found = inputs.of(d, r);
        String missing = found.gone();
        RecordDifference different = found.wrong() == null
                ? null
                : new RecordDifference("what it was made from", "the decision's input", found.wrong());
        if (missing == null && different == null) {
            Redecision.Compared c = again.of(Run.of(found.input().runId()), found.input(), d, r);
            missing = c.missing();
            different = c.different();
        }
        if (different != null) {
            boolean file = r.place().partition() < 0;
            outsideDivergence = new Divergence(
                    d.getRunId(),
                    0,
                    r.place().partition(),
                    file ? -1 : r.place().number(),
                    "a refusal before the run existed, decided again, " + different.field(),
                    different.one(),
                    different.other(),
                    file ? r.place().toString() : "");
        } else if (missing != null) {
            outside = outside.not(d.getRunId(), 0, missing);
        } else {
            outside = outside.again();
        }
    }

    /**
     * Has runs taken up in their middle whose beginning is on the log no more.
     *
     * @param how gives the fold of a run from the number of the first decision that the log has of it; 0: it has none
     */
    PartitionFold takingUp(BiFunction<String, Long, RunFold> how) {
        takeUp = how;
        return this;
    }

    /**
     * Has decisions found that stand in another partition than their run's, where no control plane writes them.
     *
     * @param partition of a run
     */
    PartitionFold at(ToIntFunction<String> partition) {
        home = partition;
        return this;
    }

    private RunFold begun(String runId, long first) {
        return first == 1 || takeUp == null ? fold(runId) : folds.computeIfAbsent(runId, id -> takeUp.apply(id, first));
    }

    private RunFold fold(String runId) {
        return folds.computeIfAbsent(runId, begin);
    }

    /** Whether it has met the run. */
    boolean knows(String runId) {
        return folds.containsKey(runId) || proved.containsKey(runId);
    }

    /** A run that is to be there, whether the log has it or not. */
    void expect(String runId) {
        if (knows(runId)) {
            return;
        }
        RunFold fold = begun(runId, 0);
        if (whole != null && fold.isProved()) {
            whole.accept(fold.run());
        }
    }

    /** The last decision that could be read; null: none yet. */
    Decision last() {
        return last;
    }

    /** How many runs it holds the state of. */
    int underWay() {
        return folds.size();
    }

    /** How many entries these runs have together. */
    int entriesHeld() {
        return folds.values().stream().mapToInt(f -> f.run().entryCount()).sum();
    }

    long decisions() {
        return decisions;
    }

    long outsideRuns() {
        return outsideRuns;
    }

    /** Decisions of runs that had been proved as far as they were to be compared. */
    long since() {
        return since;
    }

    /** What became of deciding refusals outside runs again; null if that was not asked for. */
    Redecided outside() {
        return outside;
    }

    Optional<Divergence> outsideDivergence() {
        return Optional.ofNullable(outsideDivergence);
    }

    /** By run, the first decision that stands in this partition and should not. */
    Map<String, Divergence> misplaced() {
        return misplaced;
    }

    /** A verdict a run, the log having been read to its end. */
    List<RunVerdict> finish(Function<RunFold, RunVerdict> verdict) {
        folds.values().forEach(f -> verdicts.add(verdict.apply(f)));
        folds.clear();
        return verdicts;
    }
}
