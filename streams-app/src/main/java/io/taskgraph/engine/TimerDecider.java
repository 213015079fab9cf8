package io.taskgraph.engine;

import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Decides what follows when leases have run out: a dispatch that nobody took up, a worker that went silent. */
final class TimerDecider implements Decider<Input.OfTimer> {
    @Override
    public Rejection decide(Deliberation d, Input.OfTimer input) {
        Run run = d.run();
        Set<String> suspects = new TreeSet<>();
        for (String id : run.leases().due(d.now())) {
            Task t = run.graph().task(id);
            if (t.status() == Status.DISPATCHED) {
                d.emit(new LeaseRevoked(t.id(), t.attempt(), "", "not taken up in time"));
            } else {
                suspects.add(t.workerId());
            }
        }
        Map<String, Long> lost = LastHeard.of(run, suspects, input.liveness());
        lost.values().removeIf(at -> at + d.caps().heartbeatStalenessMillis() > d.now());
        lost.forEach((worker, heard) -> d.emit(new WorkerLost(worker, Instant.ofEpochMilli(heard))));
        if (!lost.isEmpty()) {
            for (String id : run.leases().all()) {
                Task t = run.graph().task(id);
                if (t.workerId() != null && lost.containsKey(t.workerId())) {
                    Attempts.failed(d, t, t.workerId(), "worker lost", true);
                }
            }
        }
        Lifecycle.proceed(d);
        return null;
    }
}
