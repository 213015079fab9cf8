package io.taskgraph.gates;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RunQuarantined;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.WorkerLost;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What safety KPIs are made of. Keeps of a run the names of its workers and the approvals that are open, as the run's own
 * state does.
 */
final class SafetyAccount implements Account {
    /** How long people took to answer: an approval, or a run that waits for an operator. */
    static final String ANSWERED = "answered";

    @Override
    public String id() {
        return "safety";
    }

    @Override
    public void listen(Hearing run) {
        new OfRun().listen(run);
    }

    private static final class OfRun {
        private final Map<String, Long> counts = new TreeMap<>();
        private final Map<String, Long> open = new HashMap<>();
        private final Set<String> workers = new HashSet<>();
        private final Durations answered = new Durations();
        private long waitsSince = -1;

        void listen(Hearing run) {
            run.on(PolicyBypassDetected.class, (f, at) -> count("bypasses"));
            run.on(TaskStarted.class, (f, at) -> workers.add(f.getWorkerId()));
            run.on(WorkerLost.class, (f, at) -> count("lost"));
            run.on(Escalated.class, (f, at) -> count("escalations"));
            run.on(RunQuarantined.class, (f, at) -> count("quarantines"));
            run.on(ExtensionMismatch.class, (f, at) -> count("misserved"));
            run.on(ExtensionWithdrawn.class, (f, at) -> count("withdrawn"));
            run.on(TaskAdded.class, (f, at) -> {
                if (f.getTask().getCompensates() != null) {
                    count("compensations");
                }
            });
            run.on(TaskRestored.class, (f, at) -> {
                boolean toBeDone = f.getRestored().getStatus() == TaskStatus.PENDING;
                if (toBeDone && f.getRestored().getTask().getCompensates() != null) {
                    count("compensations");
                }
            });
            run.on(BudgetExhausted.class, (f, at) -> {
                if (f.getWanted() == 0) {
                    count("overdrawn");
                }
            });
            approvals(run);
            run.on(PhaseChanged.class, this::phase);
            run.refused((r, at) -> {
                count("refused");
                count("refused." + r.getCode());
            });
            run.decided(at -> {
                if (!at.family().equals("timers") && !at.family().equals("extensions")) {
                    count("inputs");
                }
                if (at.family().equals("reports")) {
                    count("reports");
                }
            });
            run.ended(to -> {
                counts.forEach(to::add);
                to.add("workers", workers.size());
                to.add("unanswered_yet", open.size() + (waitsSince < 0 ? 0 : 1));
                to.took(ANSWERED, answered);
            });
        }

        private void approvals(Hearing run) {
            run.on(ApprovalRequested.class, (f, at) -> {
                count("approvals");
                open.put(f.getApprovalId(), at.millis());
            });
            run.on(ApprovalGranted.class, (f, at) -> answer(f.getApprovalId(), at));
            run.on(ApprovalDenied.class, (f, at) -> answer(f.getApprovalId(), at));
            run.on(ApprovalInvalidated.class, (f, at) -> open.remove(f.getApprovalId()));
            run.on(ApprovalExpired.class, (f, at) -> {
                count("expired");
                open.remove(f.getApprovalId());
            });
        }

        private void answer(String approval, At at) {
            Long since = open.remove(approval);
            if (since != null) {
                answered.add(at.millis() - since);
            }
        }

        private void phase(PhaseChanged f, At at) {
            if (f.getFrom() == Phase.AWAIT_USER && waitsSince >= 0) {
                answered.add(at.millis() - waitsSince);
                waitsSince = -1;
            }
            if (f.getTo() == Phase.AWAIT_USER) {
                count("escalations");
                waitsSince = at.millis();
            }
        }

        private void count(String name) {
            counts.merge(name, 1L, Long::sum);
        }
    }
}
