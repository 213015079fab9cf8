package io.taskgraph.gates;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.policy.contract.Cap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How many attempts may be out, and how often a task is tried again. */
final class WorkCaps implements CapWatch {
    @Override
    public Set<Cap> caps() {
        return EnumSet.of(Cap.MAX_WORKERS, Cap.MAX_RETRIES);
    }

    @Override
    public void listen(Hearing run, CapLedger ledger) {
        new OfRun(run, ledger);
    }

    private static final class OfRun {
        private final CapLedger ledger;
        private final Set<String> inFlight = new HashSet<>();
        /** Failed attempts of tasks that are neither over nor were taken up anew. */
        private final Map<String, Long> failures = new HashMap<>();
        /** An attempt that was granted under a larger cap may still fail under a smaller one. */
        private long largestRetries;

        OfRun(Hearing run, CapLedger ledger) {
            this.ledger = ledger;
            run.on(RunCreated.class, (f, at) -> {
                inFlight.clear();
                failures.clear();
            });
            run.on(TaskDispatched.class, this::dispatched);
            run.on(TaskSubmitted.class, (f, at) -> inFlight.remove(f.getTaskId()));
            run.on(LeaseRevoked.class, (f, at) -> inFlight.remove(f.getTaskId()));
            run.on(AttemptFailed.class, this::failed);
            run.on(TaskCompleted.class, (f, at) -> over(f.getTaskId()));
            run.on(TaskFailed.class, (f, at) -> over(f.getTaskId()));
            run.on(TaskResolved.class, (f, at) -> over(f.getTaskId()));
            run.on(TaskReopened.class, (f, at) -> failures.remove(f.getTaskId()));
            run.on(TaskRequeued.class, (f, at) -> failures.remove(f.getTaskId()));
        }

        private void dispatched(TaskDispatched f, At at) {
            inFlight.add(f.getTaskId());
            ledger.came(Cap.MAX_WORKERS, inFlight.size(), at.policy().caps().get(Cap.MAX_WORKERS), at);
        }

        private void failed(AttemptFailed f, At at) {
            inFlight.remove(f.getTaskId());
            largestRetries = Math.max(largestRetries, at.policy().caps().get(Cap.MAX_RETRIES));
            long retries = failures.merge(f.getTaskId(), 1L, Long::sum) - 1;
            ledger.came(Cap.MAX_RETRIES, retries, largestRetries, at);
        }

        private void over(String task) {
            inFlight.remove(task);
            failures.remove(task);
        }
    }
}
