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
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.engine.Apply;
import io.taskgraph.engine.Approval;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.Standing;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.Event;
import io.taskgraph.query.QueryException;
import io.taskgraph.schemas.trace.SpanIds;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One run's decisions as a trace: the run, its phases, tasks, attempts and approvals as spans, everything else as events
 * of the span that it is about. A pure function of the decisions: told the same, it gives the same. The run is folded with
 * the engine's own {@code apply}, for that a task ended because another one failed is told by no fact. Memory: the run's
 * state and its spans. Not thread-safe.
 */
public final class RunTrace {
    private final String runId;
    private final Set<String> changed = new LinkedHashSet<>();
    private Run run;
    private RunSpans spans;
    private Span phase;
    private long takenUpAt;

    private RunTrace(String runId) {
        this.runId = runId;
        begin(Run.of(runId));
    }

    /** With this state, and nothing told of it yet. */
    private void begin(Run from) {
        run = from;
        takenUpAt = from.sequence();
        changed.clear();
        spans = new RunSpans(runId);
        phase = null;
        run.graph().onChange(changed::add);
    }

    /** A run of which nothing has been told yet. */
    public static RunTrace of(String runId) {
        return new RunTrace(runId);
    }

    /**
     * Takes the run up from its state, for what led there is gone. What the state tells of beginnings is told: since when the
     * run is there, in its phase, under its leases, waiting for approval. Other tasks begin with the state, and those that had
     * ended end with it. All of them have the attribute {@code taskgraph.cut}.
     *
     * @param from as it stood after one of its decisions; it is folded on
     */
    public void takeUp(Run from) {
        begin(from);
        long at = run.lastDecidedAt();
        created(run.identity().createdAt());
        spans.whole().with("taskgraph.cut", true).with("taskgraph.history.from", takenUpAt + 1);
        Standing now = run.standing();
        if (now.phase() == Phase.COMPLETED || now.phase() == Phase.FAILED) {
            ended(now.phase(), now.reason(), now.since());
        } else {
            phase = spans.openPhase(
                    now.phase().name(),
                    takenUpAt,
                    -1,
                    now.reason(),
                    now.waitsFor(),
                    Math.max(now.since(), createdAt()));
        }
        for (Task t : run.graph().tasks()) {
            boolean leased = t.status().isInFlight() && t.leasedAt() > 0;
            spans.openTask(t, leased ? t.leasedAt() : at).with("taskgraph.cut", true);
            if (leased) {
                spans.openAttempt(t.id(), t.attempt(), t.leasedAt()).with("taskgraph.worker.id", t.workerId());
            }
            changed.add(t.id());
        }
        for (Approval a : run.pendingApprovals()) {
            spans.openApproval(a.id(), a.taskId(), a.attempt(), a.kind(), a.tool(), a.requestedAt())
                    .with("taskgraph.approval.requester", a.requester())
                    .with("taskgraph.approval.rule", a.rule())
                    .with("taskgraph.approval.reason", a.reason());
        }
        left(at);
        spans.sort();
    }

    private long createdAt() {
        return run.identity().createdAt();
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
        if (!run.exists()) {
            // It was forgotten: its id is free again, and what follows is another run's.
            begin(Run.of(runId));
            return;
        }
        long at = d.getDecidedAt().toEpochMilli();
        if (spans.whole() == null) {
            created(at);
        }
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

    private void created(long at) {
        TraceContext given = run.identity().trace();
        Span whole = spans.openWhole(
                given == null ? null : given.parentId(), run.identity().name(), at);
        whole.with("taskgraph.run.goal", run.identity().goal())
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
            if (t != null && !spans.tasks().containsKey(id)) {
                spans.openTask(t, at);
            }
        }
    }

    /** What ended ends its span; what was opened again goes on. */
    private void left(long at) {
        for (String id : changed) {
            Task t = run.graph().task(id);
            Span span = spans.tasks().get(id);
            if (t == null) {
                if (span != null && span.isOpen()) {
                    span.with("taskgraph.task.status", "REMOVED").end(at, Span.Status.UNSET, "");
                }
                spans.tasks().remove(id);
                continue;
            }
            Span attempt = spans.attempt(id, t.attempt());
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
            spans.openAttempt(
                    f.getTaskDispatched().getTaskId(), f.getTaskDispatched().getAttempt(), at);
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
        if (approval != null && spans.approval(approval) != null) {
            return spans.approval(approval);
        }
        Object attempt = Attributes.field(e.fact(), "attempt");
        return spans.nearest(e.taskId(), attempt instanceof Integer n ? n : 0);
    }

    private void phase(PhaseChanged f, Decision d, int index, long at) {
        if (phase != null) {
            phase.end(at, f.getTo() == Phase.FAILED ? Span.Status.ERROR : Span.Status.OK, "");
            phase = null;
        }
        if (f.getTo() == Phase.COMPLETED || f.getTo() == Phase.FAILED) {
            ended(f.getTo(), f.getReason(), at);
            return;
        }
        if (!spans.whole().isOpen()) {
            spans.whole().reopen();
        }
        phase = spans.openPhase(f.getTo().name(), d.getSequence(), index, f.getReason(), f.getWaitsFor(), at);
    }

    private void ended(Phase how, String reason, long at) {
        boolean failed = how == Phase.FAILED;
        spans.whole().end(at, failed ? Span.Status.ERROR : Span.Status.OK, failed ? reason : "");
    }

    private void asked(ApprovalRequested f, long at) {
        spans.openApproval(f.getApprovalId(), f.getTaskId(), f.getAttempt(), f.getKind(), f.getTool(), at)
                .with("taskgraph.approval.requester", f.getRequester())
                .with("taskgraph.approval.rule", f.getRule())
                .with("taskgraph.approval.reason", f.getReason());
    }

    private void ends(Fact f, long at) {
        TaskStarted started = f.getTaskStarted();
        if (started != null) {
            spans.attempt(started.getTaskId(), started.getAttempt()).with("taskgraph.worker.id", started.getWorkerId());
        }
        TaskCompleted done = f.getTaskCompleted();
        if (done != null) {
            end(spans.attempt(done.getTaskId(), done.getAttempt()), at, Span.Status.OK, "");
        }
        AttemptFailed failed = f.getAttemptFailed();
        if (failed != null) {
            end(spans.attempt(failed.getTaskId(), failed.getAttempt()), at, Span.Status.ERROR, failed.getError());
        }
        LeaseRevoked revoked = f.getLeaseRevoked();
        if (revoked != null) {
            end(spans.attempt(revoked.getTaskId(), revoked.getAttempt()), at, Span.Status.UNSET, revoked.getReason());
        }
        ApprovalGiven given = f.getApprovalGiven();
        if (given != null && spans.approval(given.getApprovalId()) != null) {
            spans.approval(given.getApprovalId()).with("taskgraph.approval.approver", given.getApprover());
        }
        if (f.getApprovalGranted() != null) {
            end(spans.approval(f.getApprovalGranted().getApprovalId()), at, Span.Status.OK, "");
        } else if (f.getApprovalDenied() != null) {
            end(
                    spans.approval(f.getApprovalDenied().getApprovalId()),
                    at,
                    Span.Status.ERROR,
                    f.getApprovalDenied().getReason());
        } else if (f.getApprovalExpired() != null) {
            end(
                    spans.approval(f.getApprovalExpired().getApprovalId()),
                    at,
                    Span.Status.ERROR,
                    "nobody answered in time");
        } else if (f.getApprovalInvalidated() != null) {
            end(
                    spans.approval(f.getApprovalInvalidated().getApprovalId()),
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
        Span about = spans.nearest(e.taskId(), attempt.matches("[0-9]{1,9}") ? Integer.parseInt(attempt) : 0);
        boolean fenced = r.getCode() == RejectionCode.FENCED;
        about.event(new Span.Moment(at, fenced ? "fenced" : "refused", Attributes.of(d, r)));
    }

    /** Whether there is such a run. */
    public boolean exists() {
        return spans.whole() != null;
    }

    public String runId() {
        return runId;
    }

    /** Number of the last decision that was told, or that it was taken up after; 0: none. */
    public long sequence() {
        return run.sequence();
    }

    /** The decision behind which it was taken up, what was before being gone; 0: it is told from its first. */
    public long takenUpAt() {
        return takenUpAt;
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
        spans.tasks().forEach((id, span) -> {
            span.links().clear();
            for (String dependency : run.graph().task(id).dependsOn()) {
                Span other = spans.tasks().get(dependency);
                if (other != null) {
                    span.link(other.id());
                }
            }
        });
        return spans.all();
    }
}
