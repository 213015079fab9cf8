package io.taskgraph.engine;

import io.taskgraph.avro.WorkerLeft;
import io.taskgraph.graph.Status;

/** How workers are named in facts, and how they leave. */
final class Workers {
    private Workers() {}

    /** The worker, or the empty text that facts have for nobody. */
    static String orNone(String workerId) {
        return workerId == null ? "" : workerId;
    }

    /** Whether it holds a lease of something that it has not handed in. O(its leases). */
    static boolean works(Run run, String worker) {
        for (String id : run.leases().of(worker)) {
            if (run.graph().task(id).status() == Status.RUNNING) {
                return true;
            }
        }
        return false;
    }

    /** A worker that said that it leaves has left when it has nothing in its hands any more. Gives whether that is so. */
    static boolean leftIfDone(Deliberation d, String worker) {
        Worker w = d.run().tables().workers.get(worker);
        if (w == null || w.state() != Worker.State.LEAVING || works(d.run(), worker)) {
            return false;
        }
        d.emit(new WorkerLeft(worker));
        return true;
    }
}
