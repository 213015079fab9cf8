package io.taskgraph.gates;

import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.PolicyBypassDetected;
import java.util.ArrayList;
import java.util.List;

/**
 * Did agents act only as they were allowed? Counts what the engine has found, and keeps its own account of allows, so that an
 * action is also found that the engine took for allowed and that was not.
 */
final class BypassGate implements Gate {
    private static final Threshold INCIDENTS = Threshold.atMost("incidents", "actions performed without an allow", 0);
    private static final Threshold PERFORMED = Threshold.atLeast("performed", "actions performed", 1);

    @Override
    public String id() {
        return "approval_bypass";
    }

    @Override
    public String question() {
        return "Did agents act only as they were allowed?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(INCIDENTS, PERFORMED);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        long incidents = t.of("incidents");
        if (incidents > s.of(INCIDENTS) || t.of("incidents_the_engine_missed") > 0) {
            return Finding.fail(
                    Words.count(incidents, "action") + " performed without an allow, " + s.of(INCIDENTS) + " at most");
        }
        return t.of("performed") < s.of(PERFORMED)
                ? Finding.notObserved(
                        Words.tooFew(t.of("performed"), "action performed/actions performed", s.of(PERFORMED)))
                : Finding.pass(Words.count(t.of("performed"), "action") + " performed, each under an allow"
                        + (incidents == 0 ? "" : "; " + Words.count(incidents, "incident") + " within the threshold"));
    }

    private static final class OfRun {
        private final Hearing run;
        private final Allows allows = new Allows();
        private final List<Tally.Objection> incidents = new ArrayList<>();
        private long performed;
        private long found;
        private long missed;

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            allows.listen(run);
            run.on(ActionPerformed.class, (f, at) -> {
                performed++;
                if (!allows.use(f) && run.isWhole()) {
                    missed++;
                    incident(
                            at,
                            "worker " + f.getWorkerId() + " performed " + f.getTool()
                                    + " without an allow on record, and the engine did not object");
                }
            });
            run.on(PolicyBypassDetected.class, (f, at) -> {
                found++;
                incident(at, "worker " + f.getWorkerId() + " performed " + f.getTool() + ": " + f.getReason());
            });
            run.ended(to -> {
                to.add("performed", performed);
                to.add("incidents", found + missed);
                to.add("incidents_the_engine_missed", missed);
                incidents.forEach(to::object);
            });
        }

        private void incident(At at, String what) {
            if (incidents.size() < Tally.KEPT) {
                incidents.add(new Tally.Objection(run.runId(), at.decision().getSequence(), what));
            }
        }
    }
}
