package io.taskgraph.engine;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.RunReleased;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TakeSnapshot;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Decides an operator's directive. */
final class DirectiveDecider implements Decider<Input.OfDirective> {
    @FunctionalInterface
    private interface OfKind<T> {
        Rejection decide(Deliberation d, String reason, T kind, PolicyCatalogue policies);
    }

    private static final Map<Class<?>, OfKind<?>> KINDS = new HashMap<>();

    static {
        on(PauseRun.class, (d, reason, kind, p) -> pause(d, reason));
        on(ResumeRun.class, (d, reason, kind, p) -> resume(d, reason));
        on(CancelRun.class, (d, reason, kind, p) -> cancelRun(d, reason));
        on(CancelTask.class, (d, reason, kind, p) -> cancelTask(d, reason, kind));
        on(ReleaseRun.class, (d, reason, kind, p) -> release(d, reason));
        on(Approve.class, (d, reason, kind, p) -> ApprovalDecider.approve(d, kind));
        on(Deny.class, (d, reason, kind, p) -> ApprovalDecider.deny(d, reason, kind));
        on(RaiseBudget.class, (d, reason, kind, p) -> PolicyDirectives.raiseBudget(d, kind));
        on(ChangePolicy.class, PolicyDirectives::changePolicy);
        on(RetryTask.class, (d, reason, kind, p) -> RepairDirectives.retry(d, reason, kind));
        on(SkipTask.class, (d, reason, kind, p) -> RepairDirectives.skip(d, reason, kind));
        on(ResolveTask.class, (d, reason, kind, p) -> RepairDirectives.resolve(d, reason, kind));
        on(MoveTask.class, (d, reason, kind, p) -> RepairDirectives.move(d, reason, kind));
        on(SendMessage.class, (d, reason, kind, p) -> MailDecider.ofOperator(d, kind));
        on(SaveCheckpoint.class, (d, reason, kind, p) -> Checkpoints.byOperator(d, kind));
        on(TakeSnapshot.class, (d, reason, kind, p) -> KeepingDirectives.snapshot(d, reason));
        on(ForgetRun.class, (d, reason, kind, p) -> KeepingDirectives.forget(d, reason));
        on(RecordGates.class, (d, reason, kind, p) -> GateHold.record(d, kind));
        on(EnableExtension.class, (d, reason, kind, p) -> Registry.enable(d, reason, kind));
        on(
                SuspendExtension.class,
                (d, reason, kind, p) -> Registry.take(d, reason, kind.getExtension(), ExtensionState.SUSPENDED));
        on(
                RetireExtension.class,
                (d, reason, kind, p) -> Registry.take(d, reason, kind.getExtension(), ExtensionState.RETIRED));
        on(RevokeExtension.class, (d, reason, kind, p) -> Registry.revoke(d, reason, kind));
        on(SetCap.class, (d, reason, kind, p) -> PolicyDirectives.setCap(d, reason, kind));
    }

    /** What is said of extensions. */
    private static final Set<Class<?>> OF_EXTENSIONS =
            Set.of(EnableExtension.class, SuspendExtension.class, RetireExtension.class, RevokeExtension.class);

    /** What can be said of the registry of extensions, which has no tasks and never ends. */
    private static final Set<Class<?>> OF_REGISTRY = Stream.concat(
                    OF_EXTENSIONS.stream(),
                    Stream.of(ReleaseRun.class, ChangePolicy.class, SaveCheckpoint.class, TakeSnapshot.class))
            .collect(Collectors.toUnmodifiableSet());

    /** What can be said of any other run. */
    private static final Set<Class<?>> OF_ANY = KINDS.keySet().stream()
            .filter(kind -> !OF_EXTENSIONS.contains(kind))
            .collect(Collectors.toUnmodifiableSet());

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
        if (!(Registry.is(d.run()) ? OF_REGISTRY : OF_ANY).contains(kind.getClass())) {
            return Refusal.invalid(
                    "run id",
                    Registry.is(d.run())
                            ? "is the registry of extensions, of which this cannot be said"
                            : "must be " + Registry.RUN_ID + ", the registry of extensions, to say this");
        }
        String reason = Texts.cut(directive.getReason(), Texts.LONG_TEXT);
        Rejection r = ((OfKind<SpecificRecord>) KINDS.get(kind.getClass()))
                .decide(d, reason, kind, d.recorded(input.policies()));
        if (r == null) {
            Lifecycle.proceed(d);
        }
        return r;
    }

    private static Rejection pause(Deliberation d, String reason) {
        Phase phase = d.run().phase();
        if (phase != Phase.EXECUTING) {
            return Lifecycle.illegal(phase, Phase.AWAIT_USER, "only an executing run can be paused");
        }
        if (!Lifecycle.allowed(d, Phase.AWAIT_USER)) {
            return Lifecycle.illegal(phase, Phase.AWAIT_USER, "its policy knows no pause; cancel it instead");
        }
        Lifecycle.pause(d, reason.isEmpty() ? "paused" : "paused: " + reason, Standing.OPERATOR);
        return null;
    }

    private static Rejection resume(Deliberation d, String reason) {
        Phase phase = d.run().phase();
        if (phase != Phase.AWAIT_USER) {
            return Lifecycle.illegal(phase, Phase.EXECUTING, "only a paused run can be resumed");
        }
        CapReached over = Lifecycle.overRuntime(d);
        if (over != null && d.run().graph().unfinished() > 0) {
            return Refusal.capExceeded(
                    over.getCap(), over.getLimit(), over.getValue(), "raise it for this run, then it goes on");
        }
        if (!Lifecycle.allowed(d, Phase.EXECUTING)) {
            return Lifecycle.illegal(phase, Phase.EXECUTING, "its policy does not let it go on; cancel it instead");
        }
        Lifecycle.go(d, Phase.EXECUTING, reason.isEmpty() ? Lifecycle.RESUMED : Lifecycle.RESUMED + ": " + reason);
        return null;
    }

    private static Rejection cancelRun(Deliberation d, String reason) {
        Phase phase = d.run().phase();
        if (Lifecycle.hasEnded(d.run())) {
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
        Failures.followed(d, t.id());
        return null;
    }

    private static void revoke(Deliberation d, Task t, String why) {
        d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), why, null));
    }

    private static Rejection release(Deliberation d, String reason) {
        if (d.run().quarantine() == null) {
            return Lifecycle.illegal(d.run().phase(), d.run().phase(), "it is not quarantined");
        }
        d.emit(new RunReleased(reason));
        return null;
    }
}
