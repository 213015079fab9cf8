package io.taskgraph.query.trace;

import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.Event;
import io.taskgraph.query.QueryException;
import io.taskgraph.schemas.trace.SpanIds;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run's decisions as a trace: the run, its phases, tasks, attempts and approvals as spans, everything else as events
 * of the span that it is about. A pure function of the decisions: told the same, it gives the same. The run is folded with
 * the engine's own {@code apply}, for that a task ended because another one failed is told by no fact. Memory: the run's
 * state and its spans. Not thread-safe.
 */
public final class RunTrace {
    private final String runId;
    private final Run run;
    private final List<Span> spans = new ArrayList<>();
    private final Map<String, Span> tasks = new HashMap<>();
    private final Map<String, Span> attempts = new HashMap<>();
    private final Map<String, Span> approvals = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private Span whole;
    private Span phase;

    private RunTrace(String runId) {
        this.runId = runId;
        run = Run.of(runId);
        run.graph().onChange(changed::add);
    }

    /** A run of which nothing has been told yet. */
    public static RunTrace of(String runId) {
        return new RunTrace(runId);
    }

    /**
     * Takes the run's next decision.
     *
     * @throws QueryException if it is not the next one
     */
    public void accept(Decision d) {
        if (d.getSequence() == 0) {
            return;
        }
        if (d.getSequence() != run.sequence() + 1) {
            throw new QueryException("The decision log of run " + runId + " goes from " + run.sequence() + " to "
                    + d.getSequence() + ": `taskgraph replay " + runId + "` says more.");
        }
        Apply.decision(run, d);
        if (whole == null) {
            begin(d);
        }
        long at = d.getDecidedAt().toEpochMilli();
        entered(at);
        for (Event e : Event.of(d)) {
            if (e.fact() == null) {
                said(d, e, at);
            } else {
                tell(d, e, at);
            }
        }
        left(at);
    }

    private void begin(Decision d) {
        TraceContext given = run.identity().trace();
        whole = open(
                Span.Kind.RUN,
                SpanIds.run(runId),
                given == null ? null : given.parentId(),
                run.identity().name().isEmpty() ? runId : run.identity().name(),
                d.getDecidedAt().toEpochMilli());
        whole.with("taskgraph.run.id", runId)
                .with("taskgraph.run.goal", run.identity().goal())
                .with("taskgraph.policy.name", run.policy().name())
                .with("taskgraph.policy.digest", run.identity().policyDigest());
        if (run.identity().beginning() != null) {
            whole.with("taskgraph.origin.run.id", run.identity().beginning().runId())
                    .with(
                            "taskgraph.origin.sequence",
                            run.identity().beginning().sequence());
        }
        run.identity().labels().forEach((key, value) -> whole.with("taskgraph.run.label." + key, value));
    }

    /** Tasks that are new have a span before anything is said of them. */
    private void entered(long at) {
        for (String id : changed) {
            Task t = run.graph().task(id);
            if (t != null && !tasks.containsKey(id)) {
                Span span = open(
                        Span.Kind.TASK,
                        SpanIds.task(runId, id),
                        whole.id(),
                        t.title().isEmpty() ? id : t.title(),
                        at);
                span.with("taskgraph.task.id", id)
                        .with("taskgraph.task.agent_type", t.agentType())
                        .with("taskgraph.task.priority", (long) t.priority())
                        .with("taskgraph.task.risk", t.spec().risk().name());
                tasks.put(id, span);
            }
        }
    }

    /** What ended ends its span; what was opened again goes on. */
    private void left(long at) {
        for (String id : changed) {
            Task t = run.graph().task(id);
            Span span = tasks.get(id);
            if (t == null) {
                if (span != null && span.isOpen()) {
                    span.with("taskgraph.task.status", "REMOVED").end(at, Span.Status.UNSET, "");
                }
                tasks.remove(id);
                continue;
            }
            Span attempt = attempts.get(key(id, t.attempt()));
            if (attempt != null && attempt.isOpen() && !t.status().isInFlight()) {
                attempt.end(at, Span.Status.UNSET, "");
            }
            if (t.status().isTerminal() && span.isOpen()) {
                span.end(
                        at,
                        t.status() == Status.DONE ? Span.Status.OK : Span.Status.ERROR,
                        t.status() == Status.DONE ? "" : t.outcome());
            } else if (!t.status().isTerminal() && !span.isOpen()) {
                span.reopen();
            }
            span.with("taskgraph.task.status", t.status().name()).with("taskgraph.task.attempts", (long) t.attempt());
        }
        changed.clear();
    }

    private void tell(Decision d, Event e, long at) {
        Fact f = d.getFacts().get(d.getOutcome() == Outcome.ACCEPTED ? e.index() : e.index() - 1);
        if (f.getPhaseChanged() != null) {
            phase(f.getPhaseChanged(), d, e.index(), at);
        } else if (f.getTaskDispatched() != null) {
            dispatched(f.getTaskDispatched(), at);
        } else if (f.getApprovalRequested() != null) {
            asked(f.getApprovalRequested(), at);
        } else if (f.getRunCreated() == null && f.getTaskAdded() == null && f.getTaskRestored() == null) {
            Span about = about(f, e);
            about.event(new Span.Moment(at, e.type(), Attributes.of(d, e.fact())));
            ends(f, at);
        }
    }

    /** The span of the approval, attempt or task that a fact is about, else of the run. */
    private Span about(Fact f, Event e) {
        String approval = (String) Attributes.field(e.fact(), "approvalId");
        if (approval != null && approvals.containsKey(approval)) {
            return approvals.get(approval);
        }
        Object attempt = Attributes.field(e.fact(), "attempt");
        return span(e.taskId(), attempt instanceof Integer n ? n : 0);
    }

    private Span span(String taskId, int attempt) {
        Span ofAttempt = taskId == null ? null : attempts.get(key(taskId, attempt));
        Span ofTask = taskId == null ? null : tasks.get(taskId);
        return ofAttempt != null ? ofAttempt : ofTask != null ? ofTask : whole;
    }

    private void phase(PhaseChanged f, Decision d, int index, long at) {
        if (phase != null) {
            phase.end(at, f.getTo() == Phase.FAILED ? Span.Status.ERROR : Span.Status.OK, "");
            phase = null;
        }
        boolean over = f.getTo() == Phase.COMPLETED || f.getTo() == Phase.FAILED;
        if (over) {
            whole.end(
                    at,
                    f.getTo() == Phase.FAILED ? Span.Status.ERROR : Span.Status.OK,
                    f.getTo() == Phase.FAILED ? f.getReason() : "");
            return;
        }
        if (!whole.isOpen()) {
            whole.reopen();
        }
        phase = open(
                Span.Kind.PHASE,
                SpanIds.phase(runId, d.getSequence(), index),
                whole.id(),
                f.getTo().name(),
                at);
        phase.with("taskgraph.phase.reason", f.getReason()).with("taskgraph.phase.waits_for", f.getWaitsFor());
    }

    private void dispatched(TaskDispatched f, long at) {
        Span span = open(
                Span.Kind.ATTEMPT,
                SpanIds.attempt(runId, f.getTaskId(), f.getAttempt()),
                tasks.get(f.getTaskId()).id(),
                tasks.get(f.getTaskId()).name() + " #" + f.getAttempt(),
                at);
        span.with("taskgraph.task.id", f.getTaskId()).with("taskgraph.attempt", (long) f.getAttempt());
        attempts.put(key(f.getTaskId(), f.getAttempt()), span);
    }

    private void asked(ApprovalRequested f, long at) {
        Span span = open(
                Span.Kind.APPROVAL,
                SpanIds.approval(runId, f.getApprovalId()),
                span(f.getTaskId(), f.getAttempt()).id(),
                "approval of " + f.getKind() + (f.getTool().isEmpty() ? "" : " " + f.getTool()),
                at);
        span.with("taskgraph.approval.id", f.getApprovalId())
                .with("taskgraph.task.id", f.getTaskId())
                .with("taskgraph.approval.requester", f.getRequester())
                .with("taskgraph.approval.rule", f.getRule())
                .with("taskgraph.approval.reason", f.getReason());
        approvals.put(f.getApprovalId(), span);
    }

    private void ends(Fact f, long at) {
        TaskStarted started = f.getTaskStarted();
        if (started != null) {
            attempts.get(key(started.getTaskId(), started.getAttempt()))
                    .with("taskgraph.worker.id", started.getWorkerId());
        }
        TaskCompleted done = f.getTaskCompleted();
        if (done != null) {
            end(attempts.get(key(done.getTaskId(), done.getAttempt())), at, Span.Status.OK, "");
        }
        AttemptFailed failed = f.getAttemptFailed();
        if (failed != null) {
            end(attempts.get(key(failed.getTaskId(), failed.getAttempt())), at, Span.Status.ERROR, failed.getError());
        }
        LeaseRevoked revoked = f.getLeaseRevoked();
        if (revoked != null) {
            end(
                    attempts.get(key(revoked.getTaskId(), revoked.getAttempt())),
                    at,
                    Span.Status.UNSET,
                    revoked.getReason());
        }
        ApprovalGiven given = f.getApprovalGiven();
        if (given != null && approvals.containsKey(given.getApprovalId())) {
            approvals.get(given.getApprovalId()).with("taskgraph.approval.approver", given.getApprover());
        }
        if (f.getApprovalGranted() != null) {
            end(approvals.get(f.getApprovalGranted().getApprovalId()), at, Span.Status.OK, "");
        } else if (f.getApprovalDenied() != null) {
            end(
                    approvals.get(f.getApprovalDenied().getApprovalId()),
                    at,
                    Span.Status.ERROR,
                    f.getApprovalDenied().getReason());
        } else if (f.getApprovalExpired() != null) {
            end(
                    approvals.get(f.getApprovalExpired().getApprovalId()),
                    at,
                    Span.Status.ERROR,
                    "nobody answered in time");
        } else if (f.getApprovalInvalidated() != null) {
            end(
                    approvals.get(f.getApprovalInvalidated().getApprovalId()),
                    at,
                    Span.Status.UNSET,
                    f.getApprovalInvalidated().getReason());
        }
    }

    private static void end(Span span, long at, Span.Status how, String why) {
        if (span != null && span.isOpen()) {
            span.end(at, how, why);
        }
    }

    /** An input from which no fact follows: refused inputs are events, and among them fenced ones stand out. */
    private void said(Decision d, Event e, long at) {
        Rejection r = d.getRejection();
        if (d.getOutcome() != Outcome.REJECTED || r == null) {
            return;
        }
        String attempt = r.getDetails().getOrDefault("attempt", "0");
        Span about = span(e.taskId(), attempt.matches("[0-9]{1,9}") ? Integer.parseInt(attempt) : 0);
        boolean fenced = r.getCode() == RejectionCode.FENCED;
        about.event(new Span.Moment(at, fenced ? "fenced" : "refused", Attributes.of(d, r)));
    }

    private Span open(Span.Kind kind, String id, String parentId, String name, long at) {
        Span span = new Span(kind, id, parentId, name, at);
        spans.add(span);
        return span;
    }

    private static String key(String taskId, int attempt) {
        return attempt + "/" + taskId;
    }

    /** Whether there is such a run. */
    public boolean exists() {
        return whole != null;
    }

    public String runId() {
        return runId;
    }

    /** Thirty-two hex digits: the producer's trace, or one that follows from the run's id. */
    public String traceId() {
        TraceContext given = run.identity().trace();
        return given == null ? SpanIds.trace(runId) : given.traceId();
    }

    /** What the producer's tracing systems want handed on; may be empty. */
    public String traceState() {
        TraceContext given = run.identity().trace();
        return given == null ? "" : given.state();
    }

    /** Time of the last decision, in milliseconds since the epoch: up to then spans that go on are known. */
    public long knownTo() {
        return run.lastDecidedAt();
    }

    /** The spans in the order in which they began, the run first; with links along the dependencies as they are now. */
    public List<Span> spans() {
        tasks.forEach((id, span) -> {
            span.links().clear();
            for (String dependency : run.graph().task(id).dependsOn()) {
                Span other = tasks.get(dependency);
                if (other != null) {
                    span.link(other.id());
                }
            }
        });
        return List.copyOf(spans);
    }
}
