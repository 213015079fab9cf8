package io.taskgraph.engine;

import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.ApprovalSubject;
import io.taskgraph.policy.contract.ApprovalTerms;
import io.taskgraph.policy.contract.OnDenial;
import java.time.Instant;
import java.util.List;

/** What waits for approval: asked for, expired, overtaken by changes. How it is answered: {@link ApprovalDecider}. */
final class Approvals {
    private Approvals() {}

    /** A request yet to be filled in: about nothing in particular, by that requester, because of that rule. */
    static ApprovalRequested draft(ApprovalKind kind, String requester, String rule, String reason) {
        return new ApprovalRequested(
                "",
                kind,
                null,
                0,
                0L,
                "",
                "",
                Risk.UNKNOWN,
                null,
                "",
                requester,
                rule,
                Texts.cut(reason, Texts.LONG_TEXT),
                1,
                List.of(),
                Instant.EPOCH);
    }

    /**
     * Asks for approval under the terms that the policy has for the risk: emits the request with its id, graph version,
     * terms and expiry filled in.
     *
     * <p>When it is answered: an ACTION gets its ActionAllowed or ActionDenied; a TASK waits for its dispatch again, which
     * uses the grant up, or is deferred; for a PLAN {@link Lifecycle} is told.
     */
    static void request(Deliberation d, ApprovalRequested wanted) {
        ApprovalTerms terms =
                d.policy().terms(subject(wanted.getKind()), Questions.risk(Vocabulary.risk(wanted.getRisk())));
        wanted.setApprovalId(Approval.idOf(d.run().sequence() + 1, d.nextApproval()));
        wanted.setGraphVersion(d.graphVersion());
        wanted.setApproversNeeded(terms.approvers());
        wanted.setRoles(terms.roles());
        wanted.setExpiresAt(Instant.ofEpochMilli(d.now() + terms.expiresAfterMillis()));
        d.emit(wanted);
    }

    private static ApprovalSubject subject(ApprovalKind kind) {
        return switch (kind) {
            case TASK, RESULT -> ApprovalSubject.TASK;
            case PLAN -> ApprovalSubject.PLAN;
            case ACTION, UNKNOWN -> ApprovalSubject.ACTION;
        };
    }

    /** Ends what waits for an answer about something that is no more as it was. O(pending approvals). */
    static void overtaken(Deliberation d) {
        for (Approval a : d.run().pendingApprovals()) {
            String why = whyOvertaken(d, a);
            if (why == null) {
                continue;
            }
            d.emit(new ApprovalInvalidated(a.id(), why));
            // Whoever still waits is told; if the attempt is over, its worker is told that.
            if (a.kind() == ApprovalKind.ACTION && inFlight(d.run(), a)) {
                deny(d, a, "the task changed while the action waited for approval; ask again");
            }
            if (a.kind() == ApprovalKind.RESULT && inFlight(d.run(), a)) {
                // The result is there, and somebody has to say whether it suits the task as it is now.
                Reviews.ask(d, d.run().graph().task(a.taskId()));
            }
            if (a.kind() == ApprovalKind.PLAN && d.run().phase() == Phase.AWAIT_APPROVAL) {
                Lifecycle.planAgain(d, "the plan " + why);
            }
        }
    }

    private static String whyOvertaken(Deliberation d, Approval a) {
        if (a.kind() == ApprovalKind.PLAN) {
            return d.run().phase() != Phase.AWAIT_APPROVAL
                    ? "ended"
                    : d.graphVersion() > a.graphVersion() ? "changed" : null;
        }
        Task t = d.run().graph().task(a.taskId());
        if (t == null || t.status().isTerminal()) {
            return "ended";
        }
        if (t.changedAtVersion() > a.graphVersion()) {
            return "changed";
        }
        boolean ofAttempt = a.kind() == ApprovalKind.ACTION || a.kind() == ApprovalKind.RESULT;
        return ofAttempt && !inFlight(d.run(), a) ? "ended" : null;
    }

    /** Whether the attempt that asked is still in flight. */
    static boolean inFlight(Run run, Approval a) {
        Task t = run.graph().task(a.taskId());
        return t != null && t.status().isInFlight() && t.attempt() == a.attempt();
    }

    /** Denies what nobody has answered in time. */
    static void expire(Deliberation d) {
        for (Approval a : d.run().pendingApprovals()) {
            // What followed from one of them may have ended what another is about.
            if (a.expiresAt() <= d.now() && whyOvertaken(d, a) == null) {
                d.emit(new ApprovalExpired(a.id()));
                refused(d, a, "nobody approved it in time");
            }
        }
    }

    /** What follows when something is not approved. */
    static void refused(Deliberation d, Approval a, String why) {
        switch (a.kind()) {
            case ACTION -> deny(d, a, why);
            case TASK -> taskDenied(d, d.run().graph().task(a.taskId()), why);
            case RESULT -> Reviews.sentBack(d, a, why);
            default -> Lifecycle.planAgain(d, why);
        }
    }

    /** A task that may not be dispatched fails, or is set aside until somebody takes it up, as the policy says. */
    static void taskDenied(Deliberation d, Task t, String why) {
        if (d.policy().onDenial() == OnDenial.FAIL) {
            Failures.fail(d, t, why);
        } else {
            d.emit(new TaskDeferred(t.id(), why));
        }
    }

    private static void deny(Deliberation d, Approval a, String why) {
        d.emit(new ActionDenied(
                a.taskId(),
                a.attempt(),
                a.requester(),
                a.requestId(),
                a.tool(),
                Vocabulary.risk(a.risk()),
                Texts.digest(a.argumentsDigest()),
                a.rule(),
                Texts.cut(why, Texts.LONG_TEXT),
                a.purpose()));
    }
}
