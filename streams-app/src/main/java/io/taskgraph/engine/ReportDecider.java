package io.taskgraph.engine;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decides an agent's report. The attempt number is a fencing token (Kleppmann, "Designing Data-Intensive Applications",
 * 2017, ch. 8): only the current attempt of a task in flight may be reported on, and once a worker has taken up its
 * lease only by that worker.
 */
final class ReportDecider implements Decider<Input.OfReport> {
    @FunctionalInterface
    private interface OfKind<T> {
        Rejection decide(Deliberation d, Task task, Report report, T kind);
    }

    private static final Map<Class<?>, OfKind<?>> KINDS = new HashMap<>();

    static {
        on(Started.class, ReportDecider::started);
        on(Submitted.class, ReportDecider::submitted);
        on(AttemptError.class, ReportDecider::failed);
        on(Released.class, ReportDecider::released);
        on(ActionWanted.class, ReportDecider::wanted);
        on(ActionDone.class, (d, task, report, kind) -> ActionDecider.done(d, task, report, kind, null));
        on(SendMessage.class, MailDecider::sent);
        on(NeedsContext.class, MailDecider::needsContext);
        on(MailRead.class, (d, task, report, kind) -> MailDecider.read(d, report, kind));
        on(SaveCheckpoint.class, (d, task, report, kind) -> {
            started(d, task, report, null);
            return Checkpoints.byAgent(d, kind);
        });
        on(UsageSoFar.class, (d, task, report, kind) -> used(d, task, kind.getTotal(), false));
    }

    private static <T> void on(Class<T> kind, OfKind<T> how) {
        KINDS.put(kind, how);
    }

    /** The kinds of report that are understood. */
    static Set<Class<?>> kinds() {
        return Set.copyOf(KINDS.keySet());
    }

    @Override
    @SuppressWarnings("unchecked")
    public Rejection decide(Deliberation d, Input.OfReport input) {
        Report report = input.report();
        SpecificRecord kind = OneOf.REPORT.kind(report);
        if (kind == null) {
            return Refusal.of(
                            RejectionCode.UNSUPPORTED,
                            "the report sets none or several of the kinds this version knows")
                    .build();
        }
        String problem = Texts.problemOfId(report.getWorkerId(), Texts.ID);
        if (problem != null) {
            return Specs.invalidId("worker id", report.getWorkerId(), problem);
        }
        if (kind instanceof MailRead read) {
            return MailDecider.read(d, report, read);
        }
        Task task = d.run().graph().task(report.getTaskId());
        Rejection r = task == null ? Refusal.unknownTask(report.getTaskId()) : fence(task, report);
        if (r != null && r.getCode() == RejectionCode.FENCED && kind instanceof ActionDone done) {
            // What was done is done, whosever the lease is: it must not go unnoticed.
            r = ActionDecider.done(d, task, report, done, r);
            if (r == null) {
                Lifecycle.proceed(d);
            }
            return r;
        }
        Optional<Toolpacks.Difference> differs = r == null ? takenUp(d, task, report, kind) : Optional.empty();
        if (differs.isPresent()) {
            refuseLease(d, task, report.getWorkerId(), differs.get());
            Lifecycle.proceed(d);
            return null;
        }
        r = r == null ? ((OfKind<SpecificRecord>) KINDS.get(kind.getClass())).decide(d, task, report, kind) : r;
        if (r == null) {
            Workers.leftIfDone(d, report.getWorkerId());
            Lifecycle.proceed(d);
        }
        return r;
    }

    private static Rejection fence(Task t, Report report) {
        if (t.attempt() == 0) {
            return fenced(t, report, RejectionCode.NOT_DISPATCHED, "was never dispatched");
        }
        if (report.getAttempt() != t.attempt()) {
            return fenced(t, report, RejectionCode.FENCED, "is at attempt " + t.attempt());
        }
        if (!t.status().isInFlight()) {
            return fenced(t, report, RejectionCode.FENCED, "is " + t.status() + ", that lease is over");
        }
        if (t.status() == Status.SUBMITTED) {
            return fenced(t, report, RejectionCode.FENCED, "is handed in and waits for a reviewer");
        }
        if (t.status() != Status.DISPATCHED && !report.getWorkerId().equals(t.workerId())) {
            return fenced(t, report, RejectionCode.FENCED, "is held by worker " + Texts.quoted(t.workerId()));
        }
        return null;
    }

    private static Rejection fenced(Task t, Report report, RejectionCode code, String why) {
        return Refusal.of(
                        code,
                        "attempt " + report.getAttempt() + " of task " + Texts.quoted(t.id())
                                + " may not be reported on: the task " + why)
                .with("task_id", t.id())
                .with("attempt", report.getAttempt())
                .with("current_attempt", t.attempt())
                .with("status", t.status().name())
                .with("worker_id", report.getWorkerId())
                .build();
    }

    /** Whoever takes up a lease must have loaded what the task needs, as it was signed. What differs is told. */
    private static Optional<Toolpacks.Difference> takenUp(Deliberation d, Task t, Report report, SpecificRecord kind) {
        if (t.status() != Status.DISPATCHED || kind instanceof Released || kind instanceof AttemptError) {
            return Optional.empty();
        }
        return Toolpacks.differs(d, t, report.getWorkerId(), kind instanceof Started s ? s.getLoaded() : List.of());
    }

    /**
     * The first time is the worker's own fault, not the attempt's: the task is offered anew, and no retry is used up. A
     * worker that takes such commands all the same, having been told, uses them up, which bounds how often.
     */
    private static void refuseLease(Deliberation d, Task t, String worker, Toolpacks.Difference differs) {
        if (differs.again()) {
            Attempts.failed(d, t, Trigger.ATTEMPT_FAILED, worker, differs.what(), true, null);
        } else {
            d.emit(new LeaseRevoked(t.id(), t.attempt(), worker, differs.what(), null));
        }
    }

    private static Rejection started(Deliberation d, Task t, Report report, Started kind) {
        if (t.status() == Status.DISPATCHED) {
            d.emit(new TaskStarted(t.id(), t.attempt(), report.getWorkerId()));
        }
        return null;
    }

    /** Whoever asks whether it may act has taken up the lease. */
    private static Rejection wanted(Deliberation d, Task t, Report report, ActionWanted kind) {
        started(d, t, report, null);
        return ActionDecider.wanted(d, d.run().graph().task(t.id()), report, kind);
    }

    private static Rejection used(Deliberation d, Task t, Amounts total, boolean ending) {
        return total == null ? null : Budgets.used(d, t, Usage.of(total), ending);
    }

    private static Rejection submitted(Deliberation d, Task t, Report report, Submitted kind) {
        Rejection r = kind.getResult() == null ? null : Specs.ofPayload(kind.getResult(), d.caps());
        r = r == null ? used(d, t, kind.getUsage(), true) : r;
        if (r == null) {
            Reviews.submitted(d, t, report.getWorkerId(), kind.getResult());
        }
        return r;
    }

    private static Rejection failed(Deliberation d, Task t, Report report, AttemptError kind) {
        Rejection r = used(d, t, kind.getUsage(), true);
        if (r != null) {
            return r;
        }
        Attempts.failed(
                d,
                t,
                Trigger.ATTEMPT_FAILED,
                report.getWorkerId(),
                Texts.cut(kind.getError(), Texts.LONG_TEXT),
                kind.getRetryable(),
                progress(kind.getProgress()));
        return null;
    }

    private static Rejection released(Deliberation d, Task t, Report report, Released kind) {
        d.emit(new LeaseRevoked(
                t.id(),
                t.attempt(),
                report.getWorkerId(),
                Texts.cut(kind.getReason(), Texts.LONG_TEXT),
                progress(kind.getProgress())));
        return null;
    }

    private static String progress(String said) {
        return said == null ? null : Texts.cut(said, Progress.LENGTH);
    }
}
