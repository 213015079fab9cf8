package io.taskgraph.gates;

import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.policy.contract.Cap;
import java.util.EnumSet;
import java.util.Set;

/**
 * Limits of time. A timer may fire late, so that such a limit is never exceeded by what follows from it; it is broken when
 * something follows too early, or when work is handed out after it. That one was reached is told by its fact, as of any cap.
 */
final class TimeCaps implements CapWatch {
    @Override
    public Set<Cap> caps() {
        return EnumSet.of(
                Cap.MAX_RUNTIME,
                Cap.HEARTBEAT_STALENESS,
                Cap.RECONCILE_COOLDOWN,
                Cap.WORKER_TIMEOUT,
                Cap.START_TIMEOUT);
    }

    @Override
    public void listen(Hearing run, CapLedger ledger) {
        new OfRun(run, ledger);
    }

    private static final class OfRun {
        private static final long NOT_YET = -1;

        private final CapLedger ledger;
        private long startedAt = NOT_YET;
        private long lastPassAt;
        private boolean lost;
        private boolean passed;

        OfRun(Hearing run, CapLedger ledger) {
            this.ledger = ledger;
            run.on(PhaseChanged.class, (f, at) -> {
                startedAt = f.getFrom() == Phase.IDLE ? at.millis() : startedAt;
                passed |= f.getTo() == Phase.RECONCILING;
            });
            run.on(TaskDispatched.class, this::dispatched);
            run.on(WorkerLost.class, this::lost);
            run.decided(this::decided);
        }

        private void dispatched(TaskDispatched f, At at) {
            long limit = at.policy().caps().get(Cap.MAX_RUNTIME);
            if (limit > 0 && startedAt != NOT_YET && at.millis() - startedAt >= limit) {
                ledger.exceed(Cap.MAX_RUNTIME, "task " + f.getTaskId() + " was dispatched when the time was over", at);
            }
        }

        private void lost(WorkerLost f, At at) {
            lost = true;
            long silent = at.millis() - f.getLastHeardAt().toEpochMilli();
            long limit = at.policy().caps().get(Cap.HEARTBEAT_STALENESS);
            if (silent < limit) {
                String how = "worker " + f.getWorkerId() + " counts as lost after " + silent + " ms of silence, and "
                        + limit + " ms are allowed";
                ledger.exceed(Cap.HEARTBEAT_STALENESS, how, at);
            }
        }

        private void decided(At at) {
            if (lost && passed) {
                long limit = at.policy().caps().get(Cap.RECONCILE_COOLDOWN);
                long since = at.millis() - lastPassAt;
                if (lastPassAt > 0 && since < limit) {
                    String how =
                            "two passes over lost workers are " + since + " ms apart, and " + limit + " are asked for";
                    ledger.exceed(Cap.RECONCILE_COOLDOWN, how, at);
                }
                lastPassAt = at.millis();
            }
            lost = false;
            passed = false;
        }
    }
}
