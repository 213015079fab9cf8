package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.function.UnaryOperator;

/** What facts about attempts and their leases change in a run. */
final class ApplyAttempts {
    private ApplyAttempts() {}

    /** The attempt in flight is over. */
    private static void over(Run run, String taskId, Applications.Moment when, UnaryOperator<Task> after) {
        Task before = ApplyGraph.task(run, taskId);
        run.graph().update(after.apply(before));
        ApplyBudgets.settled(run, before, when.at());
    }

    static void register(Applications to) {
        to.on(TaskDispatched.class, (run, f, w) -> {
            run.header(run.header().with(run.header().counts().dispatched(f.getAttempt() > 1)));
            run.graph().update(ApplyGraph.task(run, f.getTaskId()).dispatched(f.getAttempt(), w.at()));
            run.tables().grants.remove(f.getTaskId());
            ApplyBudgets.dispatched(run, f);
        });
        to.on(TaskStarted.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).started(f.getWorkerId(), w.at())));
        to.on(
                TaskCompleted.class,
                (run, f, w) -> over(run, f.getTaskId(), w, t -> t.ended(Status.DONE, f.getWorkerId(), f.getResult())));
        to.on(AttemptFailed.class, (run, f, w) -> over(run, f.getTaskId(), w, t -> t.leaseEnded(true)));
        to.on(LeaseRevoked.class, (run, f, w) -> over(run, f.getTaskId(), w, t -> t.leaseEnded(false)));
        // What it held is ended by facts of their own.
        to.on(WorkerLost.class, (run, f, w) -> run.header(run.header().withLastPassAt(w.at())));
    }
}
