package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.LeaveAnnounced;
import io.taskgraph.avro.RetryDue;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.RunDegraded;
import io.taskgraph.avro.RunStabilized;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.avro.WorkerLeft;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.avro.WorkerRecovered;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.function.UnaryOperator;

/** What facts about attempts and their leases change in a run. */
final class ApplyAttempts {
    private ApplyAttempts() {}

    /** Whoever takes up a lease works for the run. */
    private static void takesUp(Run run, String workerId, Applications.Moment when) {
        Worker known = run.tables().workers.get(workerId);
        if (known == null || known.state() != Worker.State.ACTIVE) {
            put(run, workerId, Worker.State.ACTIVE, when);
        }
    }

    /** So does who reports on one; but that it is about to leave stands. */
    private static void present(Run run, String workerId, Applications.Moment when) {
        Worker known = run.tables().workers.get(workerId);
        if (known == null || !known.isThere()) {
            put(run, workerId, Worker.State.ACTIVE, when);
        }
    }

    private static void put(Run run, String workerId, Worker.State state, Applications.Moment when) {
        run.worker(new Worker(workerId, state, when.at()));
    }

    private static void progress(Run run, String taskId, String text) {
        if (text != null) {
            run.tables().progress.put(taskId, new Progress(taskId, text));
        }
    }

    /** The attempt in flight is over. */
    private static void over(Run run, String taskId, Applications.Moment when, UnaryOperator<Task> after) {
        Task before = ApplyGraph.task(run, taskId);
        ApplyBudgets.settled(run, before, when.at());
        run.graph().update(after.apply(before));
        Worker holder = before.workerId() == null ? null : run.tables().workers.get(before.workerId());
        if (holder != null && holder.isThere() && !run.leases().holdsAny(holder.id())) {
            put(run, holder.id(), holder.state(), when);
        }
        run.tables().contextWaits.remove(taskId);
    }

    static void register(Applications to) {
        to.on(TaskDispatched.class, (run, f, w) -> {
            run.header(run.header().with(run.header().counts().dispatched(f.getAttempt() > 1)));
            run.graph().update(ApplyGraph.task(run, f.getTaskId()).dispatched(f.getAttempt(), w.at()));
            run.tables().grants.remove(f.getTaskId());
            ApplyBudgets.dispatched(run, f);
        });
        to.on(TaskStarted.class, (run, f, w) -> {
            takesUp(run, f.getWorkerId(), w);
            run.graph().update(ApplyGraph.task(run, f.getTaskId()).started(f.getWorkerId(), w.at()));
        });
        to.on(TaskCompleted.class, (run, f, w) -> {
            // Of what a reviewer takes, the worker may be gone.
            if (ApplyGraph.task(run, f.getTaskId()).status() != Status.SUBMITTED) {
                present(run, f.getWorkerId(), w);
            }
            run.tables().progress.remove(f.getTaskId());
            run.tables().rejections.remove(f.getTaskId());
            ApplyGraph.done(run, f.getTaskId(), w);
            over(run, f.getTaskId(), w, t -> t.ended(Status.DONE, f.getWorkerId(), f.getResult()));
        });
        to.on(AttemptFailed.class, (run, f, w) -> {
            progress(run, f.getTaskId(), f.getProgress());
            over(run, f.getTaskId(), w, t -> t.leaseEnded(true));
        });
        to.on(LeaseRevoked.class, (run, f, w) -> {
            progress(run, f.getTaskId(), f.getProgress());
            over(run, f.getTaskId(), w, t -> t.leaseEnded(false));
        });
        // What it held is ended by facts of their own.
        to.on(WorkerLost.class, (run, f, w) -> {
            run.header(run.header().withLastPassAt(w.at()));
            put(run, f.getWorkerId(), Worker.State.LOST, w);
        });
        to.on(TaskSubmitted.class, (run, f, w) -> {
            present(run, f.getWorkerId(), w);
            run.graph().update(ApplyGraph.task(run, f.getTaskId()).submitted(f.getWorkerId(), f.getResult()));
        });
        to.on(RetryScheduled.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId())
                        .notBefore(f.getNotBefore().toEpochMilli())));
        to.on(RetryDue.class, (run, f, w) -> run.graph()
                .update(ApplyGraph.task(run, f.getTaskId()).notBefore(0)));
        to.on(WorkerRecovered.class, (run, f, w) -> put(run, f.getWorkerId(), Worker.State.ACTIVE, w));
        to.on(LeaveAnnounced.class, (run, f, w) -> put(run, f.getWorkerId(), Worker.State.LEAVING, w));
        to.on(WorkerLeft.class, (run, f, w) -> put(run, f.getWorkerId(), Worker.State.LEFT, w));
        to.on(RunDegraded.class, (run, f, w) -> run.tables()
                .degradation
                .put(Degradation.ID, new Degradation(w.at(), f.getWorkers(), f.getLost())));
        to.on(RunStabilized.class, (run, f, w) -> run.tables().degradation.remove(Degradation.ID));
    }
}
