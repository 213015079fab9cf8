package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.engine.StandingAction.State;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.GuardKind;
import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Verdict;
import java.util.Optional;

/**
 * Decides what agents ask before they act, and what they say they did. An allow holds for one performance of one tool with
 * one set of arguments under one attempt; anything else that was performed is a bypass.
 */
final class ActionDecider {
    private static final int PURPOSE = 1024;

    private ActionDecider() {}

    /** May the attempt, which is in flight and the reporter's, act? */
    static Rejection wanted(Deliberation d, Task t, Report report, ActionWanted kind) {
        Rejection r = toolProblem(kind.getTool());
        if (r != null) {
            return forRequest(r, t, report);
        }
        Run run = d.run();
        String digest = Texts.hex(kind.getArgumentsDigest());
        StandingAction standing =
                run.tables().actions.get(StandingAction.keyOf(t.id(), kind.getTool(), digest, t.attempt()));
        if (standing != null && standing.allowedAs(Vocabulary.risk(kind.getRisk()))) {
            // Asked again before it was performed: the allow is the same one, and still good for one performance.
            if (standing.requestIds().size() < StandingAction.REQUESTS) {
                allow(d, t, report, kind, standing.rule(), standing.reason());
                return null;
            }
            return forRequest(
                    again(standing, "was allowed " + StandingAction.REQUESTS + " times and never performed"),
                    t,
                    report);
        }
        if (standing != null && standing.state() == State.AWAITING) {
            return forRequest(again(standing, "waits for approval " + standing.approvalId() + " already"), t, report);
        }
        int identical = identical(run, t.id(), kind.getTool(), digest) + 1;
        r = capped(d, identical);
        if (r != null) {
            return forRequest(r, t, report);
        }
        if (guarded(d, t, identical)) {
            deny(d, t, report, kind, Guards.RULE, "the attempt was ended by a guard");
            return null;
        }
        Optional<String> outside = Toolpacks.outside(d, t, kind.getTool(), kind.getRisk());
        if (outside.isPresent()) {
            deny(d, t, report, kind, Toolpacks.RULE, outside.get());
            return null;
        }
        ActionSubject subject = new ActionSubject(
                kind.getTool(),
                Questions.risk(Vocabulary.risk(kind.getRisk())),
                Texts.cut(kind.getPurpose(), PURPOSE),
                digest);
        Judgement j = d.policy().judge(Questions.action(run, t, subject, report.getWorkerId(), identical - 1, d.now()));
        d.record(Asked.ACTION, t.id(), j);
        if (j.verdict() == Verdict.ALLOW) {
            allow(d, t, report, kind, j.rule(), j.reason());
        } else if (j.verdict() == Verdict.AWAIT_APPROVAL) {
            ApprovalRequested wanted = Approvals.draft(ApprovalKind.ACTION, report.getWorkerId(), j.rule(), j.reason());
            wanted.setTaskId(t.id());
            wanted.setAttempt(t.attempt());
            wanted.setRequestId(report.getMessageId());
            wanted.setTool(kind.getTool());
            wanted.setRisk(kind.getRisk());
            wanted.setArgumentsDigest(kind.getArgumentsDigest());
            wanted.setPurpose(Texts.cut(kind.getPurpose(), PURPOSE));
            Approvals.request(d, wanted);
        } else {
            deny(d, t, report, kind, j.rule(), j.reason());
        }
        return null;
    }

    /** How often attempts of the task have asked for the action so far. */
    static int identical(Run run, String taskId, String tool, String digest) {
        int n = 0;
        for (StandingAction a : run.tables()
                .actions
                .beginningWith(StandingAction.keysOf(taskId, tool, digest))
                .values()) {
            n += a.wanted();
        }
        return n;
    }

    private static Rejection capped(Deliberation d, int identical) {
        long actions = d.run().header().counts().actions() + 1;
        if (actions > d.caps().maxActions()) {
            return Refusal.capExceeded(
                    "max_actions", d.caps().maxActions(), actions, "an operator can raise it for this run");
        }
        int lately = d.run().actionTimes().within(d.now()) + 1;
        if (lately > d.caps().maxActionsPerMinute()) {
            return Refusal.capExceeded(
                    "max_actions_per_minute", d.caps().maxActionsPerMinute(), lately, "wait, and ask again");
        }
        return identical > d.caps().maxIdenticalActions()
                ? Refusal.capExceeded(
                        "max_identical_actions",
                        d.caps().maxIdenticalActions(),
                        identical,
                        "do something else, or give the task back")
                : null;
    }

    /** Whether a guard has ended the attempt, or with the run all attempts. */
    private static boolean guarded(Deliberation d, Task t, int identical) {
        int lately = d.run().actionTimes().within(d.now()) + 1;
        Guards.counted(d, GuardKind.ACTION_RATE, t, lately, d.caps().maxActionsPerMinute());
        if (!ended(d, t)) {
            Guards.counted(
                    d, GuardKind.IDENTICAL_ACTIONS, t, identical, d.caps().maxIdenticalActions());
        }
        return ended(d, t);
    }

    private static boolean ended(Deliberation d, Task t) {
        return !d.run().graph().task(t.id()).status().isInFlight();
    }

    private static Rejection again(StandingAction a, String what) {
        return Refusal.of(
                        RejectionCode.DENIED,
                        "the same action " + what + "; wait for the answer to request "
                                + Texts.quoted(a.requestIds().get(0)))
                .with("rule", a.rule())
                .with("reason", a.reason())
                .build();
    }

    /** The refusal of a request for an action names it, so that the projection can answer whoever waits. */
    private static Rejection forRequest(Rejection r, Task t, Report report) {
        r.getDetails().put("request_id", report.getMessageId());
        r.getDetails().put("task_id", t.id());
        r.getDetails().put("attempt", Integer.toString(t.attempt()));
        r.getDetails().put("worker_id", report.getWorkerId());
        return r;
    }

    private static Rejection toolProblem(String tool) {
        String problem = Texts.problemOfId(tool, Texts.ID);
        return problem == null ? null : Refusal.invalid("tool", Texts.quoted(tool) + " " + problem);
    }

    private static void allow(Deliberation d, Task t, Report report, ActionWanted kind, String rule, String reason) {
        d.emit(new ActionAllowed(
                t.id(),
                t.attempt(),
                report.getWorkerId(),
                report.getMessageId(),
                kind.getTool(),
                kind.getRisk(),
                kind.getArgumentsDigest(),
                rule,
                Texts.cut(reason, Texts.LONG_TEXT),
                Texts.cut(kind.getPurpose(), PURPOSE)));
    }

    private static void deny(Deliberation d, Task t, Report report, ActionWanted kind, String rule, String reason) {
        d.emit(new ActionDenied(
                t.id(),
                t.attempt(),
                report.getWorkerId(),
                report.getMessageId(),
                kind.getTool(),
                kind.getRisk(),
                kind.getArgumentsDigest(),
                rule,
                Texts.cut(reason, Texts.LONG_TEXT),
                Texts.cut(kind.getPurpose(), PURPOSE)));
    }

    /**
     * The reporter says that it acted, under an attempt that may be over.
     *
     * @param fence why the attempt is none that may be reported on, or null
     */
    static Rejection done(Deliberation d, Task t, Report report, ActionDone kind, Rejection fence) {
        Rejection r = toolProblem(kind.getTool());
        if (r != null) {
            return r;
        }
        StandingAction standing = d.run()
                .tables()
                .actions
                .get(StandingAction.keyOf(
                        t.id(), kind.getTool(), Texts.hex(kind.getArgumentsDigest()), report.getAttempt()));
        String missing = missing(standing, report, kind);
        if (missing == null) {
            // Also under an attempt that is over: it was allowed and has happened, and may not happen again.
            d.emit(new ActionPerformed(
                    t.id(),
                    report.getAttempt(),
                    report.getWorkerId(),
                    kind.getRequestId(),
                    kind.getTool(),
                    kind.getRisk(),
                    kind.getArgumentsDigest()));
            return null;
        }
        d.emit(new PolicyBypassDetected(
                t.id(),
                report.getAttempt(),
                report.getWorkerId(),
                kind.getTool(),
                kind.getRisk(),
                kind.getArgumentsDigest(),
                missing));
        if (fence == null) {
            d.emit(new LeaseRevoked(
                    t.id(), t.attempt(), report.getWorkerId(), "it bypassed the policy: " + missing, null));
        }
        Lifecycle.pause(
                d,
                "worker " + Texts.quoted(report.getWorkerId()) + " performed " + Texts.quoted(kind.getTool())
                        + " without an allow",
                Standing.OPERATOR);
        return null;
    }

    /** What an action that was performed lacks to have been allowed, or null if it was. */
    private static String missing(StandingAction standing, Report report, ActionDone kind) {
        if (standing == null) {
            return "it was never asked for with these arguments";
        }
        if (!standing.workerId().equals(report.getWorkerId())) {
            return "it was allowed to another worker";
        }
        if (standing.risk() != Vocabulary.risk(kind.getRisk())) {
            return "it was asked for as " + standing.risk() + " and performed as " + kind.getRisk();
        }
        return switch (standing.state()) {
            case ALLOWED ->
                standing.answers(kind.getRequestId())
                        ? null
                        : "the request that it names is not the one that was allowed";
            case AWAITING -> "it waits for approval";
            case DENIED -> "it was denied";
            case CLOSED -> "it was allowed once, and performed before";
        };
    }
}
