package io.taskgraph.engine;

/** When a worker was last heard: by liveness, or by taking up a lease, which counts for all that it holds. */
final class LastHeard {
    private LastHeard() {}

    /**
     * In milliseconds since the epoch. O(leases of the worker). When the run stops or goes on, everybody has the whole time
     * again: whoever is found lost must not depend on what the same decision found before.
     */
    static long of(Run run, String worker, Liveness liveness) {
        long heard = Math.max(liveness.lastHeardAt(worker), run.standing().since());
        Worker known = run.tables().workers.get(worker);
        heard = known == null ? heard : Math.max(heard, known.since());
        for (String id : run.leases().of(worker)) {
            heard = Math.max(heard, run.graph().task(id).leasedAt());
        }
        return heard;
    }
}
