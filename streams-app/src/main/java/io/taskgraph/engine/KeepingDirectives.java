package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunForgotten;
import io.taskgraph.avro.SnapshotRequested;
import io.taskgraph.policy.contract.Flag;

/** Decides the directives about how a run is kept: a snapshot of it, and that it is kept no longer. */
final class KeepingDirectives {
    private KeepingDirectives() {}

    static Rejection snapshot(Deliberation d, String reason) {
        if (!d.policy().on(Flag.TRACE_REPLAY)) {
            return Refusal.disabled(
                    Flag.TRACE_REPLAY, "no snapshot is taken of the run; give it a policy that has it on");
        }
        d.emit(new SnapshotRequested(reason));
        return null;
    }

    /** Only what its policy keeps no longer: whoever may direct runs may not take away what others rely on before its time. */
    static Rejection forget(Deliberation d, String reason) {
        if (!d.policy().on(Flag.TRACE_REPLAY)) {
            return Refusal.disabled(Flag.TRACE_REPLAY, "the run is kept for ever; give it a policy that has it on");
        }
        Phase phase = d.run().phase();
        if (!Lifecycle.hasEnded(d.run())) {
            return Lifecycle.illegal(phase, phase, "only a run that has ended can be forgotten");
        }
        long kept = d.policy().retention().finishedMillis();
        if (kept == 0) {
            return Refusal.of(
                            RejectionCode.DENIED,
                            "the policy keeps finished runs for ever: it has no retention.finished")
                    .with("rule", "retention.finished")
                    .build();
        }
        long since = d.now() - d.run().lastDecidedAt();
        if (since < kept) {
            return Refusal.of(
                            RejectionCode.DENIED,
                            "the policy keeps finished runs for " + kept + " ms, and its last decision is " + since
                                    + " ms old")
                    .with("rule", "retention.finished")
                    .with("limit", kept)
                    .with("value", since)
                    .build();
        }
        d.emit(new RunForgotten(
                reason,
                d.run().tables().checkpoints.values().stream()
                        .map(KeptCheckpoint::id)
                        .toList()));
        return null;
    }
}
