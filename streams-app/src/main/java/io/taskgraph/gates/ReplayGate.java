package io.taskgraph.gates;

import io.taskgraph.replay.Divergence;
import io.taskgraph.replay.RunVerdict;
import java.util.List;

/** Does every run replay to what is recorded? Judged from a replay of the same pass, and from nothing that anybody says. */
final class ReplayGate implements Gate {
    private static final Threshold RUNS = Threshold.atLeast("runs", "runs replayed", 1);
    private static final Threshold LIVE =
            Threshold.atMost("without_live_state", "runs whose live state could not be compared", 1_000_000_000);

    @Override
    public String id() {
        return "replay_equivalence";
    }

    @Override
    public String question() {
        return "Does every run replay to the state that is recorded?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(RUNS, LIVE);
    }

    @Override
    public void listen(Hearing run) {
        // Replay hears the run itself.
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        for (RunVerdict r : e.replayed()) {
            t.add("runs", 1);
            t.add("decisions", r.decisions());
            t.add("compared_with_live_state", r.comparedWithLive() ? 1 : 0);
            t.add("compared_with_summary", r.comparedWithSummary() ? 1 : 0);
            r.divergence().ifPresent(d -> t.object(objection(d)));
        }
        if (t.objected() > 0) {
            return Finding.fail(t.objected() + " of " + Words.count(t.of("runs"), "run") + " diverge");
        }
        if (t.of("runs") < s.of(RUNS)) {
            return Finding.notObserved(Words.tooFew(t.of("runs"), "replayed run", s.of(RUNS)));
        }
        long without = t.of("runs") - t.of("compared_with_live_state");
        return without > s.of(LIVE)
                ? Finding.notObserved("of " + Words.count(without, "run") + " there is no live state to compare")
                : Finding.pass(Words.count(t.of("decisions"), "decision") + " of " + Words.count(t.of("runs"), "run")
                        + " replayed, the live state of " + t.of("compared_with_live_state") + " compared");
    }

    private static Tally.Objection objection(Divergence d) {
        return new Tally.Objection(
                d.runId(),
                d.sequence(),
                d.what() + " is recorded as " + d.recorded() + " and replayed as " + d.replayed());
    }
}
