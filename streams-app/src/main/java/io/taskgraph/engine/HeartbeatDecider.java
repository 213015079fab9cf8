package io.taskgraph.engine;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.LeaveAnnounced;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.WorkerLeft;
import io.taskgraph.avro.WorkerRecovered;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;

/**
 * Decides what follows from a heartbeat: that a lost worker is there again, that one leaves, and what its attempts have used
 * up, so that a runaway attempt is seen while it runs. What it tells of attempts that are not the worker's, or in amounts
 * that cannot be, is passed over: a heartbeat is soft state.
 */
final class HeartbeatDecider implements Decider<Input.OfHeartbeat> {
    @Override
    public Rejection decide(Deliberation d, Input.OfHeartbeat input) {
        Heartbeat h = input.heartbeat();
        Worker w = d.run().tables().workers.get(h.getWorkerId());
        boolean leaving = h.getStatus() == WorkerStatus.LEAVING;
        if (w != null && w.state() == Worker.State.LOST && !leaving) {
            d.emit(new WorkerRecovered(w.id()));
        }
        if (w != null && w.state() != Worker.State.LEFT && leaving) {
            leaves(d, w);
        }
        String mailbox = Mailboxes.ofWorker(h.getWorkerId());
        if (mailbox != null) {
            Mail.heard(d, mailbox, h.getMailReadTo());
        }
        for (ActiveAttempt a : h.getActive()) {
            Task t = d.run().graph().task(a.getTaskId());
            if (a.getUsage() != null
                    && t != null
                    && t.status() == Status.RUNNING
                    && t.attempt() == a.getAttempt()
                    && h.getWorkerId().equals(t.workerId())) {
                Budgets.used(d, t, Usage.of(a.getUsage()), false);
            }
        }
        if (!d.facts().isEmpty()) {
            Lifecycle.proceed(d);
        }
        return null;
    }

    /** What it holds may end by a report that is read later: that it leaves is kept until then. */
    private static void leaves(Deliberation d, Worker w) {
        if (!Workers.works(d.run(), w.id())) {
            d.emit(new WorkerLeft(w.id()));
        } else if (w.state() == Worker.State.ACTIVE) {
            d.emit(new LeaveAnnounced(w.id()));
        }
    }
}
