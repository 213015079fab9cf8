package io.taskgraph.engine;

import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.GatesRecorded;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.Rejection;
import io.taskgraph.policy.contract.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Regression gates that hold a run back: its work is over, and it counts as completed only when passing reports are on
 * record that have read at least up to there. What a report says is the operator's word; the engine judges that it is about
 * this run as it is.
 */
public final class GateHold {
    private static final int MOST = 100;
    private static final Pattern SET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern GATE = Pattern.compile("[a-z][a-z_]{0,63}");

    private GateHold() {}

    /** Sets of gates of which a passing report is still to be recorded, in order; empty: nothing holds the run back. */
    public static List<String> missing(Run run) {
        List<String> missing = new ArrayList<>();
        if (!run.exists() || !run.policy().on(Flag.REGRESSION_GATES)) {
            return missing;
        }
        GateRecord waiting = run.tables().gates.get(GateRecord.WAITING);
        long since = waiting == null ? run.sequence() : waiting.readTo();
        for (String set : run.policy().gates().required()) {
            GateRecord g = run.tables().gates.get(set);
            if (g == null || !g.passed() || g.readTo() < since) {
                missing.add(set);
            }
        }
        return missing;
    }

    /** The work is over, or a verdict or another policy came in since: the run is completed unless gates hold it. */
    static void complete(Deliberation d) {
        if (d.run().phase() == Phase.SYNTHESIZING
                && d.run().graph().unfinished() == 0
                && missing(d.run()).isEmpty()) {
            Lifecycle.go(d, Phase.COMPLETED, "every task has ended");
        }
    }

    /** Why work cannot be given to a run that waits for its gates, or null. */
    static Rejection closed(Run run) {
        return run.phase() == Phase.SYNTHESIZING
                ? Lifecycle.illegal(
                        Phase.SYNTHESIZING,
                        Phase.EXECUTING,
                        "its work is over and it waits for gates " + String.join(", ", missing(run))
                                + "; record a passing report first, or give it another policy")
                : null;
    }

    static Rejection record(Deliberation d, RecordGates kind) {
        if (!d.policy().on(Flag.REGRESSION_GATES)) {
            return Refusal.disabled(
                    Flag.REGRESSION_GATES, "no verdict can be recorded; give the run a policy that has it on");
        }
        Rejection r = problem(d.run(), kind);
        if (r != null) {
            return r;
        }
        boolean passed =
                kind.getVerdicts().stream().allMatch(v -> !v.getBlocking() || v.getOutcome() == GateOutcome.PASS);
        d.emit(new GatesRecorded(
                kind.getGateSet(), passed, kind.getReportDigest(), kind.getReadTo(), kind.getVerdicts()));
        return null;
    }

    private static Rejection problem(Run run, RecordGates kind) {
        if (!SET.matcher(kind.getGateSet()).matches()) {
            return Refusal.invalid(
                    "gate_set",
                    Texts.quoted(kind.getGateSet())
                            + " is no name; give 1 to 64 letters, digits, dots, underscores or hyphens");
        }
        if (kind.getReadTo() < 1 || kind.getReadTo() > run.sequence()) {
            return Refusal.invalid(
                    "read_to",
                    kind.getReadTo() + " is none of the run's decisions, 1 to " + run.sequence()
                            + "; make the report from this run's log");
        }
        List<GateVerdict> verdicts = kind.getVerdicts();
        if (verdicts.isEmpty() || verdicts.size() > MOST || verdicts.stream().noneMatch(GateVerdict::getBlocking)) {
            return Refusal.invalid(
                    "verdicts", "must be 1 to " + MOST + ", at least one of a blocking gate, not " + verdicts.size());
        }
        for (GateVerdict v : verdicts) {
            if (!GATE.matcher(v.getGate()).matches() || v.getOutcome() == GateOutcome.UNKNOWN) {
                return Refusal.invalid("verdicts", "one has no name of a gate, or an outcome that is not known");
            }
        }
        return null;
    }
}
