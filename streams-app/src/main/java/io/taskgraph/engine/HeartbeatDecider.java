package io.taskgraph.engine;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Rejection;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;

/**
 * Decides what follows from the usage that a heartbeat tells: a runaway attempt is seen while it runs. What it tells of
 * attempts that are not the worker's, or in amounts that cannot be, is passed over: a heartbeat is soft state.
 */
final class HeartbeatDecider implements Decider<Input.OfHeartbeat> {
    @Override
    public Rejection decide(Deliberation d, Input.OfHeartbeat input) {
        String mailbox = Mailboxes.ofWorker(input.heartbeat().getWorkerId());
        if (mailbox != null) {
            Mail.heard(d, mailbox, input.heartbeat().getMailReadTo());
        }
        boolean any = false;
        for (ActiveAttempt a : input.heartbeat().getActive()) {
            Task t = d.run().graph().task(a.getTaskId());
            if (a.getUsage() != null
                    && t != null
                    && t.status() == Status.RUNNING
                    && t.attempt() == a.getAttempt()
                    && input.heartbeat().getWorkerId().equals(t.workerId())) {
                any |= Budgets.used(d, t, Usage.of(a.getUsage()), false) == null;
            }
        }
        if (any && !d.facts().isEmpty()) {
            Lifecycle.proceed(d);
        }
        return null;
    }
}
