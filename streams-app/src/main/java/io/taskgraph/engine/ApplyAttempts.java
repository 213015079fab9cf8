package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;

/** What facts about attempts and their leases change in a run. */
final class ApplyAttempts {
    private ApplyAttempts() {}

    static void register(Applications to) {
        to.on(TaskDispatched.class, (run, f, w) -> {
            run.header(run.header().with(run.header().counts().dispatched(f.getAttempt() > 1)));
            run.graph().update(ApplyGraph.task(run, f.getTaskId()).dispatched(f.getAttempt(), w.at()));
        });
        to.on(TaskStarted.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).started(f.getWorkerId(), w.at())));
        to.on(TaskCompleted.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).ended(Status.DONE, f.getWorkerId(), f.getResult())));
        to.on(AttemptFailed.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).leaseEnded(true)));
        to.on(LeaseRevoked.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).leaseEnded(false)));
        to.on(WorkerLost.class, (run, f, w) -> {
            // What it held is ended by facts of their own; that it was lost is for the record.
        });
    }
}
