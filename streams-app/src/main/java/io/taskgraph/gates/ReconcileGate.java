package io.taskgraph.gates;

import io.taskgraph.avro.PassMade;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.RunDegraded;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.policy.contract.Flag;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Was what went wrong repaired, and only where that is on? */
final class ReconcileGate implements Gate {
    private static final Threshold PASSES =
            Threshold.atLeast("passes", "passes: through RECONCILING, or by a timer", 1);
    private static final Threshold REPAIRS = Threshold.atLeast(
            "repairs", "retries put off, tasks opened again, degradations, slowdowns: what only reconciling does", 1);

    @Override
    public String id() {
        return "reconcile";
    }

    @Override
    public String question() {
        return "Is reconciling on, and did it have something to repair?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(PASSES, REPAIRS);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        if (t.objected() > 0) {
            return Finding.fail(Words.count(t.objected(), "run") + " was repaired with the flag off");
        }
        if (t.of("passes") < s.of(PASSES)) {
            return Finding.notObserved(
                    Words.tooFew(t.of("passes"), "pass/passes", s.of(PASSES)) + " through RECONCILING or by a timer");
        }
        if (t.of("repairs") < s.of(REPAIRS)) {
            return Finding.notObserved(Words.tooFew(t.of("repairs"), "repair", s.of(REPAIRS)));
        }
        return Finding.pass(Words.count(t.of("passes"), "pass/passes") + " and "
                + Words.count(t.of("repairs"), "repair") + ", in " + Words.count(t.of("runs_with_it_on"), "run")
                + " with the flag on");
    }

    private static final class OfRun {
        private final Hearing run;
        private long passes;
        private long passesByTimer;
        private boolean through;
        private boolean acted;
        private long repairs;
        private boolean on;

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            run.on(PhaseChanged.class, (f, at) -> through |= f.getTo() == Phase.RECONCILING);
            // Where the policy's transitions allow it, a pass goes through that phase in the same decision.
            run.on(PassMade.class, (f, at) -> acted = f.getActed() > 0);
            run.on(RunSlowed.class, this::repaired);
            run.on(RetryScheduled.class, this::repaired);
            run.on(TaskReopened.class, this::repaired);
            run.on(RunDegraded.class, this::repaired);
            run.on(ProposalRefused.class, this::repaired);
            run.decided(at -> {
                on |= at.policy().on(Flag.RECONCILE);
                passes += through || acted ? 1 : 0;
                passesByTimer += acted ? 1 : 0;
                through = false;
                acted = false;
            });
            run.ended(to -> {
                to.add("runs_with_it_on", on ? 1 : 0);
                to.add("passes", passes);
                to.add("passes_by_timer", passesByTimer);
                to.add("repairs", repairs);
                if (repairs > 0 && !on) {
                    to.object(new Tally.Objection(run.runId(), 0, "it was repaired although reconcile is off"));
                }
            });
        }

        void repaired(SpecificRecord fact, At at) {
            repairs++;
        }
    }
}
