package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what follows when a date of the run has come: a dispatch that nobody took up, an attempt that takes too long, a
 * worker that went silent, an approval that nobody gave, the run's own limit of time.
 */
final class TimerDecider implements Decider<Input.OfTimer> {
    @Override
    public Rejection decide(Deliberation d, Input.OfTimer input) {
        Set<String> suspects = new TreeSet<>();
        for (String id : d.run().leases().due(d.now())) {
            Task t = d.run().graph().task(id);
            if (!t.status().isInFlight()) {
                // What was found before has ended it with the run.
                continue;
            }
            if (t.status() == Status.DISPATCHED) {
                notTakenUp(d, t);
            } else if (!tooLong(d, t)) {
                suspects.add(t.workerId());
            }
        }
        silent(d, suspects, input.liveness());
        Approvals.expire(d);
        Lifecycle.proceed(d);
        return null;
    }

    private static void notTakenUp(Deliberation d, Task t) {
        if (t.leasedAt() + d.caps().startTimeoutMillis() <= d.now()) {
            d.emit(new LeaseRevoked(t.id(), t.attempt(), "", "not taken up in time"));
        }
    }

    /** Whether the attempt has used up its time, and was ended for it. */
    private static boolean tooLong(Deliberation d, Task t) {
        if (d.run().waitsForApproval(t)) {
            return false;
        }
        long ran = d.run().worked(t, d.now());
        long limit = d.caps().workerTimeoutMillis();
        if (limit > 0 && ran >= limit) {
            d.emit(new CapReached("worker_timeout", limit, ran, t.id()));
            Attempts.failed(d, t, Workers.orNone(t.workerId()), "it took longer than worker_timeout", true);
            return true;
        }
        Long bound = d.run().budget(t.id()).bound().millis();
        if (bound != null && ran > bound) {
            d.emit(new BudgetExhausted(t.id(), Usage.Resource.MILLIS.key(), bound, ran, 0L));
            Budgets.stop(d, t, Usage.Resource.MILLIS);
            return true;
        }
        return false;
    }

    /**
     * Takes the leases of workers that were silent for too long. Such passes over a run come no closer together than
     * {@code reconcile_cooldown}.
     */
    private static void silent(Deliberation d, Set<String> suspects, Liveness liveness) {
        long last = d.run().header().lastPassAt();
        if (suspects.isEmpty() || last > 0 && d.now() < last + d.caps().reconcileCooldownMillis()) {
            return;
        }
        Map<String, Long> lost = LastHeard.of(d.run(), suspects, liveness);
        lost.values().removeIf(at -> at + d.caps().heartbeatStalenessMillis() > d.now());
        if (lost.isEmpty()) {
            return;
        }
        boolean reconciles = d.policy().on(Flag.RECONCILE)
                && d.run().phase() == Phase.EXECUTING
                && Lifecycle.allowed(d, Phase.RECONCILING)
                && Lifecycle.allowed(d, Phase.RECONCILING, Phase.EXECUTING);
        lost.forEach((worker, heard) -> d.emit(new WorkerLost(worker, Instant.ofEpochMilli(heard))));
        if (reconciles) {
            Lifecycle.go(
                    d, Phase.RECONCILING, lost.size() == 1 ? "a worker was lost" : lost.size() + " workers were lost");
        }
        for (String id : d.run().leases().all()) {
            Task t = d.run().graph().task(id);
            if (t.workerId() != null && lost.containsKey(t.workerId())) {
                Attempts.failed(d, t, t.workerId(), "worker lost", true);
            }
        }
        if (reconciles) {
            Lifecycle.go(d, Phase.EXECUTING, "their leases were taken away");
        }
    }
}
