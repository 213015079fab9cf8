package io.taskgraph.gates;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.avro.WorkerLost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Were silent workers found out, and were their leases taken from them? Who holds what is kept here from the facts alone:
 * as many entries as attempts are in flight.
 */
final class StaleHeartbeatGate implements Gate {
    private static final Threshold LOST = Threshold.atLeast("lost", "workers found lost while they held a lease", 1);

    @Override
    public String id() {
        return "stale_heartbeat";
    }

    @Override
    public String question() {
        return "Are workers that went silent found out, and their leases taken from them?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(LOST);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        if (t.objected() > 0) {
            return Finding.fail(Words.count(t.objected(), "worker") + " kept a lease after being found lost");
        }
        long lost = t.of("lost_with_a_lease");
        return lost < s.of(LOST)
                ? Finding.notObserved(Words.tooFew(lost, "worker", s.of(LOST)) + " that went silent holding a lease")
                : Finding.pass(Words.count(lost, "worker") + " went silent holding leases, and all "
                        + Words.count(t.of("leases_taken"), "lease") + " of theirs were taken back at once");
    }

    private static final class OfRun {
        private final Hearing run;
        private final Map<String, String> holders = new HashMap<>();
        private final List<String> lostNow = new ArrayList<>();
        private long lost;
        private long holding;
        private long taken;
        private final List<Tally.Objection> kept = new ArrayList<>();

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            run.on(TaskStarted.class, (f, at) -> holders.put(f.getTaskId(), f.getWorkerId()));
            run.on(TaskDispatched.class, (f, at) -> holders.remove(f.getTaskId()));
            run.on(TaskCompleted.class, (f, at) -> holders.remove(f.getTaskId()));
            run.on(TaskSubmitted.class, (f, at) -> holders.remove(f.getTaskId()));
            run.on(LeaseRevoked.class, (f, at) -> over(f.getTaskId()));
            run.on(AttemptFailed.class, (f, at) -> over(f.getTaskId()));
            run.on(WorkerLost.class, (f, at) -> {
                lost++;
                holding += holders.containsValue(f.getWorkerId()) ? 1 : 0;
                lostNow.add(f.getWorkerId());
            });
            run.decided(this::decided);
            run.ended(to -> {
                to.add("lost", lost);
                to.add("lost_with_a_lease", holding);
                to.add("leases_taken", taken);
                kept.forEach(to::object);
            });
        }

        void over(String task) {
            String holder = holders.remove(task);
            taken += holder != null && lostNow.contains(holder) ? 1 : 0;
        }

        void decided(At at) {
            for (String worker : lostNow) {
                if (holders.containsValue(worker) && kept.size() < Tally.KEPT) {
                    kept.add(new Tally.Objection(
                            run.runId(),
                            at.decision().getSequence(),
                            "worker " + worker + " was lost and kept a lease"));
                }
            }
            lostNow.clear();
        }
    }
}
