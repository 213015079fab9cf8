package io.taskgraph.engine;

import io.taskgraph.graph.Task;
import java.util.Set;
import java.util.TreeMap;

/** When workers were last heard: by liveness, or by taking up a lease, which counts for all that the worker holds. */
final class LastHeard {
    private LastHeard() {}

    /** By worker, in milliseconds since the epoch. O(leases that are out). */
    static TreeMap<String, Long> of(Run run, Set<String> workers, Liveness liveness) {
        TreeMap<String, Long> heard = new TreeMap<>();
        if (workers.isEmpty()) {
            return heard;
        }
        for (String worker : workers) {
            heard.put(worker, liveness.lastHeardAt(worker));
        }
        for (String id : run.leases().all()) {
            Task t = run.graph().task(id);
            if (t.workerId() != null) {
                heard.computeIfPresent(t.workerId(), (worker, at) -> Math.max(at, t.leasedAt()));
            }
        }
        return heard;
    }
}
