package io.taskgraph.gates;

import io.taskgraph.avro.ActionDenied;
import io.taskgraph.policy.contract.Flag;
import java.util.List;

/** Is trust asked for, and was somebody refused for want of it? */
final class TrustGate implements Gate {
    private static final Threshold REFUSED = Threshold.atLeast("refused", "refusals for want of trust", 1);
    private static final String RULES = "trust.";

    @Override
    public String id() {
        return "trust_gating";
    }

    @Override
    public String question() {
        return "Is trust gating on, and did it refuse somebody?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(REFUSED);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        if (t.of("runs_with_it_on") == 0) {
            return Finding.notObserved("it is on in none of " + Words.count(e.runs(), "run"));
        }
        return t.of("refused") < s.of(REFUSED)
                ? Finding.notObserved(Words.tooFew(t.of("refused"), "refusal", s.of(REFUSED)) + " for want of trust")
                : Finding.pass(Words.count(t.of("refused"), "refusal") + " for want of trust, in "
                        + Words.count(t.of("runs_with_it_on"), "run") + " with the flag on");
    }

    private static final class OfRun {
        private final Hearing run;
        private boolean on;
        private long refused;

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            run.on(ActionDenied.class, (f, at) -> refused += f.getRule().startsWith(RULES) ? 1 : 0);
            run.refused((r, at) -> refused += at.decision().getRule().startsWith(RULES) ? 1 : 0);
            run.decided(at -> on |= at.policy().on(Flag.TRUST_GATING));
            run.ended(to -> {
                to.add("runs_with_it_on", on ? 1 : 0);
                to.add("refused", refused);
            });
        }
    }
}
