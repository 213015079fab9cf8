package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RetryDue;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what follows when a date of the run has come: a dispatch that nobody took up, an attempt that takes too long, a
 * worker that went silent, a task that is to be tried again, an approval that nobody gave, the run's own limit of time.
 */
final class TimerDecider implements Decider<Input.OfTimer> {
    @Override
    public Rejection decide(Deliberation d, Input.OfTimer input) {
        Withdrawals.ofEndedGrants(d);
        Calls calls = new Calls(d);
        Set<String> suspects = new TreeSet<>(d.run().dates().idle().due(d.now()));
        for (String id : d.run().leases().due(d.now())) {
            Task t = d.run().graph().task(id);
            if (t.status() == Status.DISPATCHED) {
                notTakenUp(d, t, calls);
            } else if (t.status() == Status.RUNNING && !ended(d, t, input.liveness())) {
                suspects.add(t.workerId());
            }
        }
        Silence.of(d, suspects, input.liveness());
        for (String id : d.run().dates().retries().due(d.now())) {
            d.emit(new RetryDue(id));
        }
        calls.make();
        Approvals.expire(d);
        Passes.make(d);
        Lifecycle.proceed(d);
        return null;
    }

    private static void notTakenUp(Deliberation d, Task t, Calls calls) {
        long limit = d.run().limits(t.id()).startMillis(d.caps());
        if (t.leasedAt() + limit > d.now()) {
            return;
        }
        d.emit(Reached.byTask(d, Cap.START_TIMEOUT, limit, d.now() - t.leasedAt(), t.id()));
        String why = "not taken up in time";
        d.emit(new LeaseRevoked(t.id(), t.attempt(), "", why, null));
        if (d.policy().on(Flag.RECONCILE)) {
            Task now = d.run().graph().task(t.id());
            Consultation c = new Consultation(d, calls, Trigger.NOT_TAKEN_UP, 0, now, why, true).ask();
            if (!c.isNoop()) {
                c.take();
            }
        }
    }

    /** Whether the attempt has used up a time of its own, and was ended for it. */
    private static boolean ended(Deliberation d, Task t, Liveness liveness) {
        TaskLimits limits = d.run().limits(t.id());
        String progress = liveness.progressOf(t.workerId(), t.id(), t.attempt());
        long own = limits.heartbeatMillis(d.caps());
        if (own < d.caps().heartbeatStalenessMillis()
                && LastHeard.of(d.run(), t.workerId(), liveness) + own <= d.now()) {
            d.restsOn(t.workerId(), liveness);
            long silent = d.now() - LastHeard.of(d.run(), t.workerId(), liveness);
            d.emit(Reached.byTask(d, Cap.HEARTBEAT_STALENESS, own, silent, t.id()));
            Attempts.failed(
                    d,
                    t,
                    Trigger.WORKER_LOST,
                    t.workerId(),
                    "no sign of life within the task's own limit",
                    true,
                    progress);
            return true;
        }
        long forgotten = liveness.forgottenSince(t.workerId(), t.id(), t.attempt());
        long unnamed = d.now() - Math.max(forgotten, t.leasedAt());
        if (forgotten > 0 && unnamed >= own) {
            d.restsOn(t.workerId(), liveness);
            d.restsOnForgotten(t, forgotten);
            d.emit(Reached.byTask(d, Cap.HEARTBEAT_STALENESS, own, unnamed, t.id()));
            Attempts.failed(
                    d,
                    t,
                    Trigger.WORKER_RESTARTED,
                    t.workerId(),
                    "its worker does not name it any more: it was restarted",
                    true,
                    progress);
            return true;
        }
        if (WorkingTime.standsStill(d.run(), t)) {
            return false;
        }
        long ran = WorkingTime.worked(d.run(), t, d.now());
        long limit = limits.endMillis(d.caps());
        if (limit > 0 && ran >= limit) {
            d.restsOn(t.workerId(), liveness);
            d.emit(Reached.byTask(d, Cap.WORKER_TIMEOUT, limit, ran, t.id()));
            Attempts.failed(
                    d, t, Trigger.OUT_OF_TIME, t.workerId(), "it took longer than worker_timeout", true, progress);
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
}
