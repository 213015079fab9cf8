package io.taskgraph.engine;

import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decides what follows when leases have run out: a dispatch that nobody took up, a worker that went silent. */
final class TimerDecider implements Decider<Input.OfTimer> {
    @Override
    public Rejection decide(Deliberation d, Input.OfTimer input) {
        Run run = d.run();
        Map<String, Long> lost = new LinkedHashMap<>();
        for (String id : run.leases().due(d.now())) {
            Task t = run.graph().task(id);
            if (t.status() == Status.DISPATCHED) {
                d.emit(new LeaseRevoked(t.id(), t.attempt(), "", "not taken up in time"));
            } else if (silent(d, t, input)) {
                lost.merge(t.workerId(), lastHeard(t, input), Math::max);
            }
        }
        lost.forEach((worker, heard) -> d.emit(new WorkerLost(worker, Instant.ofEpochMilli(heard))));
        for (String id : run.leases().all()) {
            Task t = run.graph().task(id);
            if (t.workerId() != null && lost.containsKey(t.workerId())) {
                Attempts.failed(d, t, t.workerId(), "worker lost", true);
            }
        }
        Lifecycle.proceed(d);
        return null;
    }

    private static boolean silent(Deliberation d, Task t, Input.OfTimer input) {
        return lastHeard(t, input) + d.caps().heartbeatStalenessMillis() <= d.now();
    }

    /** Taking up a lease is a sign of life, too. */
    private static long lastHeard(Task t, Input.OfTimer input) {
        return Math.max(t.leasedAt(), input.liveness().lastHeardAt(t.workerId()));
    }
}
