package io.taskgraph.engine;

import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunDegraded;
import io.taskgraph.avro.RunStabilized;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What follows when workers were silent for too long: they are lost, and their leases with them. */
final class Silence {
    /**
     * How many workers one decision finds lost: a decision is one record. The others are still due, and are found by the
     * next one.
     */
    private static final int A_DECISION = 500;

    private Silence() {}

    /** Takes the leases of those among the workers that were silent for too long. */
    static void of(Deliberation d, Set<String> suspects, Liveness liveness) {
        TreeMap<String, Long> lost = new TreeMap<>();
        for (String worker : suspects) {
            long heard = LastHeard.of(d.run(), worker, liveness);
            if (heard + d.caps().heartbeatStalenessMillis() > d.now() || lost.size() == A_DECISION) {
                continue;
            }
            d.restsOn(worker, liveness);
            // Who said that it leaves, and holds nothing, has left.
            if (!Workers.leftIfDone(d, worker)) {
                lost.put(worker, heard);
            }
        }
        if (lost.isEmpty()) {
            return;
        }
        int before = d.run().activeWorkers();
        boolean mayPass = d.policy().on(Flag.RECONCILE) && Passes.mayGoThrough(d);
        boolean reconciles = mayPass && Passes.cooledDown(d);
        if (mayPass && !reconciles) {
            d.emit(Reached.byRun(d, Cap.RECONCILE_COOLDOWN, d.now() - Passes.lastAt(d.run())));
        }
        TreeMap<String, List<String>> held = new TreeMap<>();
        lost.forEach((worker, heard) -> {
            held.put(worker, d.run().leases().of(worker));
            d.emit(Reached.bySilence(d, worker, d.now() - heard));
            d.emit(new WorkerLost(worker, Instant.ofEpochMilli(heard)));
        });
        if (reconciles) {
            Lifecycle.go(
                    d, Phase.RECONCILING, lost.size() == 1 ? "a worker was lost" : lost.size() + " workers were lost");
        }
        degrade(d, lost.size(), before);
        held.forEach((worker, tasks) -> tasks.forEach(id -> {
            Task t = d.run().graph().task(id);
            // What was decided for one of them may have ended another; what was handed in is with a reviewer.
            if (t.status() == Status.RUNNING && worker.equals(t.workerId())) {
                String progress = liveness.progressOf(worker, id, t.attempt());
                Attempts.failed(d, t, Trigger.WORKER_LOST, worker, "worker lost", true, progress);
            }
        }));
        if (reconciles && d.run().phase() == Phase.RECONCILING) {
            Lifecycle.go(d, Phase.EXECUTING, "their leases were taken away");
        }
    }

    /** A burst is one escalation, and not as many as there were workers. */
    private static void degrade(Deliberation d, int lost, int before) {
        if (d.policy().on(Flag.RECONCILE)
                && d.run().degradation() == null
                && d.policy().reconcile().degraded().by(lost, before)) {
            d.emit(new RunDegraded(lost, before));
            Attempts.escalate(d, "degraded", null, lost + " of " + before + " workers were lost at once", List.of());
        }
    }

    /** A run that was degraded is stable when half of what it lost is made up for, or none was lost for a while. */
    static void stabilize(Deliberation d) {
        Degradation g = d.run().degradation();
        if (g == null) {
            return;
        }
        int now = d.run().activeWorkers();
        boolean quiet = d.now()
                >= d.run().header().lastPassAt() + Dates.STABLE_AFTER * d.caps().heartbeatStalenessMillis();
        if (now >= g.workers() - g.lost() / 2 || quiet) {
            d.emit(new RunStabilized(now, quiet ? "none was lost for a while" : "it has workers enough again"));
        }
    }
}
