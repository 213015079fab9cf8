package io.taskgraph.topology;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.Verdict;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StandingAction;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a decision answers to agents that asked whether they may act: by its facts; by its refusal, if that names the
 * request; and if the request was a duplicate, whatever stands now, so that an answer that was lost comes again.
 */
final class ActionAnswers {
    private ActionAnswers() {}

    /** Hands each answer, with the worker it is for, to {@code to}. */
    static void of(Run run, Decision d, BiConsumer<String, ActionAnswer> to) {
        for (Fact f : d.getFacts()) {
            ofFact(f, to);
        }
        Rejection r = d.getRejection();
        if (d.getOutcome() == Outcome.REJECTED && r.getDetails().containsKey("request_id")) {
            Map<String, String> about = r.getDetails();
            to.accept(
                    about.get("worker_id"),
                    new ActionAnswer(
                            about.get("task_id"),
                            Integer.parseInt(about.get("attempt")),
                            about.get("request_id"),
                            Verdict.DENY,
                            about.getOrDefault("rule", about.getOrDefault("cap", "")),
                            r.getMessage(),
                            null));
        }
        if (d.getOutcome() == Outcome.DUPLICATE && d.getCause().getFamily().equals("reports")) {
            StandingAction stands = run.answerTo(d.getCause().getMessageId());
            if (stands != null) {
                to.accept(stands.workerId(), ofStanding(stands, d.getCause().getMessageId()));
            } else if (r != null) {
                // Refused before; if it was no request for an action, nobody waits for this.
                to.accept(
                        d.getCause().getActor(),
                        new ActionAnswer("", 0, d.getCause().getMessageId(), Verdict.DENY, "", r.getMessage(), null));
            }
        }
    }

    private static void ofFact(Fact f, BiConsumer<String, ActionAnswer> to) {
        ActionAllowed allowed = f.getActionAllowed();
        if (allowed != null) {
            to.accept(
                    allowed.getWorkerId(),
                    new ActionAnswer(
                            allowed.getTaskId(),
                            allowed.getAttempt(),
                            allowed.getRequestId(),
                            Verdict.ALLOW,
                            allowed.getRule(),
                            allowed.getReason(),
                            null));
        }
        ActionDenied denied = f.getActionDenied();
        if (denied != null) {
            to.accept(
                    denied.getWorkerId(),
                    new ActionAnswer(
                            denied.getTaskId(),
                            denied.getAttempt(),
                            denied.getRequestId(),
                            Verdict.DENY,
                            denied.getRule(),
                            denied.getReason(),
                            null));
        }
        ApprovalRequested asked = f.getApprovalRequested();
        if (asked != null && asked.getKind() == ApprovalKind.ACTION) {
            to.accept(
                    asked.getRequester(),
                    new ActionAnswer(
                            asked.getTaskId(),
                            asked.getAttempt(),
                            asked.getRequestId(),
                            Verdict.AWAIT_APPROVAL,
                            asked.getRule(),
                            asked.getReason(),
                            asked.getApprovalId()));
        }
    }

    private static ActionAnswer ofStanding(StandingAction a, String requestId) {
        Verdict verdict =
                switch (a.state()) {
                    case ALLOWED, CLOSED -> Verdict.ALLOW;
                    case AWAITING -> Verdict.AWAIT_APPROVAL;
                    case DENIED -> Verdict.DENY;
                };
        return new ActionAnswer(a.taskId(), a.attempt(), requestId, verdict, a.rule(), a.reason(), a.approvalId());
    }
}
