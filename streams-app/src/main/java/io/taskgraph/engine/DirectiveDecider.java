package io.taskgraph.engine;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.RunReleased;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** Decides an operator's directive. */
final class DirectiveDecider implements Decider<Input.OfDirective> {
    @FunctionalInterface
    private interface OfKind<T> {
        Rejection decide(Deliberation d, String reason, T kind);
    }

    private static final Map<Class<?>, OfKind<?>> KINDS = new HashMap<>();

    static {
        on(PauseRun.class, DirectiveDecider::pause);
        on(ResumeRun.class, DirectiveDecider::resume);
        on(CancelRun.class, DirectiveDecider::cancelRun);
        on(CancelTask.class, DirectiveDecider::cancelTask);
        on(ReleaseRun.class, DirectiveDecider::release);
        on(Approve.class, DirectiveDecider::notYet);
        on(Deny.class, DirectiveDecider::notYet);
        on(RaiseBudget.class, DirectiveDecider::notYet);
        on(ChangePolicy.class, DirectiveDecider::notYet);
        on(SetCap.class, DirectiveDecider::notYet);
    }

    private static <T> Rejection notYet(Deliberation d, String reason, T kind) {
        return Refusal.of(RejectionCode.UNSUPPORTED, "this version does not decide such directives")
                .build();
    }

    private static <T> void on(Class<T> kind, OfKind<T> how) {
        KINDS.put(kind, how);
    }

    /** The kinds of directive that are understood. */
    static Set<Class<?>> kinds() {
        return Set.copyOf(KINDS.keySet());
    }

    @Override
    @SuppressWarnings("unchecked")
    public Rejection decide(Deliberation d, Input.OfDirective input) {
        Directive directive = input.directive();
        SpecificRecord kind = OneOf.DIRECTIVE.kind(directive);
        if (kind == null) {
            return Refusal.of(
                            RejectionCode.UNSUPPORTED,
                            "the directive sets none or several of the kinds this version knows")
                    .build();
        }
        String reason = Texts.cut(directive.getReason(), Texts.LONG_TEXT);
        Rejection r = ((OfKind<SpecificRecord>) KINDS.get(kind.getClass())).decide(d, reason, kind);
        if (r == null) {
            Lifecycle.proceed(d);
        }
        return r;
    }

    private static Rejection pause(Deliberation d, String reason, PauseRun kind) {
        Phase phase = d.run().phase();
        if (phase != Phase.EXECUTING) {
            return Lifecycle.illegal(phase, Phase.AWAIT_USER, "only an executing run can be paused");
        }
        Lifecycle.go(d, Phase.AWAIT_USER, reason);
        return null;
    }

    private static Rejection resume(Deliberation d, String reason, ResumeRun kind) {
        Phase phase = d.run().phase();
        if (phase != Phase.AWAIT_USER) {
            return Lifecycle.illegal(phase, Phase.EXECUTING, "only a paused run can be resumed");
        }
        Lifecycle.go(d, Phase.EXECUTING, reason);
        return null;
    }

    private static Rejection cancelRun(Deliberation d, String reason, CancelRun kind) {
        Phase phase = d.run().phase();
        if (phase == Phase.COMPLETED || phase == Phase.FAILED) {
            return Lifecycle.illegal(phase, Phase.FAILED, "it has ended already");
        }
        for (String id : d.run().leases().all()) {
            revoke(d, d.run().graph().task(id), "the run was cancelled");
        }
        d.emit(new RunCancelled(reason, d.run().graph().unfinished()));
        if (phase == Phase.IDLE) {
            Lifecycle.go(d, Phase.PLANNING, "cancelled");
        }
        Lifecycle.go(d, Phase.FAILED, "cancelled");
        return null;
    }

    private static Rejection cancelTask(Deliberation d, String reason, CancelTask kind) {
        Task t = d.run().graph().task(kind.getTaskId());
        if (t == null) {
            return Refusal.unknownTask(kind.getTaskId());
        }
        if (t.status().isTerminal()) {
            return Refusal.of(
                            RejectionCode.TASK_TERMINAL,
                            "task " + Texts.quoted(t.id()) + " is " + t.status() + " already")
                    .with("task_id", t.id())
                    .with("status", t.status().name())
                    .build();
        }
        if (t.status().isInFlight()) {
            revoke(d, t, "the task was cancelled");
        }
        d.emit(new TaskResolved(
                t.id(), TaskStatus.CANCELLED, reason, d.run().graph().unfinishedDependents(t.id())));
        return null;
    }

    private static void revoke(Deliberation d, Task t, String why) {
        d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), why));
    }

    private static Rejection release(Deliberation d, String reason, ReleaseRun kind) {
        if (d.run().quarantine() == null) {
            return Lifecycle.illegal(d.run().phase(), d.run().phase(), "it is not quarantined");
        }
        d.emit(new RunReleased(reason));
        return null;
    }
}
