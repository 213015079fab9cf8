package io.taskgraph.engine;

import io.taskgraph.avro.GatesRecorded;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;

/** What recorded verdicts of regression gates change in a run. */
final class ApplyGates {
    private ApplyGates() {}

    static void register(Applications to) {
        to.on(GatesRecorded.class, (run, f, when) -> run.tables()
                .gates
                .put(f.getGateSet(), new GateRecord(f.getGateSet(), f.getPassed(), f.getReadTo())));
    }

    /** Verdicts count that have read up to where the run's work was over. */
    static void phaseChanged(Run run, PhaseChanged f, Applications.Moment when) {
        if (run.policy().gates().required().isEmpty() && run.tables().gates.isEmpty()) {
            return;
        }
        if (f.getTo() == Phase.SYNTHESIZING) {
            run.tables().gates.put(GateRecord.WAITING, new GateRecord(GateRecord.WAITING, false, when.sequence()));
        } else if (f.getFrom() == Phase.SYNTHESIZING) {
            run.tables().gates.remove(GateRecord.WAITING);
        }
    }
}
