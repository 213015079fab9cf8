package io.taskgraph.engine;

import io.taskgraph.avro.Phase;

/** When a worker was last heard: by liveness, or by taking up a lease, which counts for all that it holds. */
final class LastHeard {
    private LastHeard() {}

    /**
     * In milliseconds since the epoch. O(leases of the worker). A run that does not execute listens to nobody, so that
     * everybody has the whole time again when it goes on.
     */
    static long of(Run run, String worker, Liveness liveness) {
        long heard = liveness.lastHeardAt(worker);
        if (run.phase() == Phase.EXECUTING) {
            heard = Math.max(heard, run.standing().since());
        }
        for (String id : run.leases().of(worker)) {
            heard = Math.max(heard, run.graph().task(id).leasedAt());
        }
        return heard;
    }
}
