package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.graph.Task;

/**
 * Decides what an operator answers to something that waits for approval. Who may answer at all is who may write the topic
 * of directives; the name there, proved where the policy names operators, tells approvers apart and finds their roles.
 * Nobody approves what they asked for.
 */
final class ApprovalDecider {
    private ApprovalDecider() {}

    static Rejection approve(Deliberation d, Approve kind) {
        Approval a = d.run().tables().approvals.get(kind.getApprovalId());
        Rejection r = answerable(d, kind.getApprovalId(), a);
        r = r == null ? approver(d, a) : r;
        if (r == null && a.kind() == ApprovalKind.PLAN && !Lifecycle.allowed(d, Phase.EXECUTING)) {
            r = Lifecycle.illegal(d.run().phase(), Phase.EXECUTING, "the policy it has now executes no approved plan");
        }
        if (r != null) {
            return r;
        }
        d.emit(new ApprovalGiven(a.id(), d.actor(), d.provedBy()));
        Approval given = d.run().tables().approvals.get(a.id()).counting(d.policy());
        if (given.approvers().size() >= a.approversNeeded()) {
            granted(d, a);
        }
        return null;
    }

    private static void granted(Deliberation d, Approval a) {
        d.emit(new ApprovalGranted(a.id()));
        if (a.kind() == ApprovalKind.ACTION) {
            d.emit(new ActionAllowed(
                    a.taskId(),
                    a.attempt(),
                    a.requester(),
                    a.requestId(),
                    a.tool(),
                    Vocabulary.risk(a.risk()),
                    Texts.digest(a.argumentsDigest()),
                    a.rule(),
                    "approved",
                    a.purpose()));
        } else if (a.kind() == ApprovalKind.RESULT) {
            Reviews.taken(d, a);
        } else if (a.kind() == ApprovalKind.PLAN) {
            Lifecycle.go(d, Phase.EXECUTING, "the plan is approved");
        }
    }

    static Rejection deny(Deliberation d, String reason, Deny kind) {
        Approval a = d.run().tables().approvals.get(kind.getApprovalId());
        Rejection r = answerable(d, kind.getApprovalId(), a);
        r = r == null ? inRole(d, a) : r;
        if (r == null && reason.isBlank()) {
            r = refusal(RejectionCode.REASON_REQUIRED, a, "is denied with a reason only; say why")
                    .build();
        }
        if (r != null) {
            return r;
        }
        d.emit(new ApprovalDenied(a.id(), d.actor(), reason));
        Approvals.refused(d, a, "denied by " + d.actor() + ": " + reason);
        return null;
    }

    private static Rejection answerable(Deliberation d, String id, Approval a) {
        if (a == null) {
            ClosedApproval closed = d.run().tables().closedApprovals.get(id);
            return closed == null
                    ? Refusal.of(
                                    RejectionCode.UNKNOWN_APPROVAL,
                                    "the run waits for no approval " + Texts.quoted(id)
                                            + "; list those that it waits for")
                            .with("approval_id", id)
                            .build()
                    : closed(id, closed.how());
        }
        if (a.expiresAt() <= d.now()) {
            return closed(id, "expired");
        }
        if (a.kind() == ApprovalKind.ACTION && !Approvals.inFlight(d.run(), a)) {
            Task t = d.run().graph().task(a.taskId());
            return refusal(RejectionCode.APPROVAL_STALE, a, "was asked for by an attempt that is over")
                    .with("task_id", a.taskId())
                    .with("attempt", a.attempt())
                    .with("current_attempt", t == null ? 0 : t.attempt())
                    .with("status", t == null ? "" : t.status().name())
                    .build();
        }
        return null;
    }

    private static Rejection closed(String id, String how) {
        return Refusal.of(
                        RejectionCode.APPROVAL_CLOSED,
                        "approval " + Texts.quoted(id) + " is closed (" + how
                                + "): what it was about has to be asked for anew")
                .with("approval_id", id)
                .with("how", how)
                .build();
    }

    private static Rejection approver(Deliberation d, Approval a) {
        Rejection r = inRole(d, a);
        if (r != null) {
            return r;
        }
        boolean planned =
                a.kind() != ApprovalKind.ACTION && d.run().tables().planners.get(d.actor()) != null;
        if (planned || d.actor().equals(a.requester())) {
            return refusal(
                            RejectionCode.SELF_APPROVAL,
                            a,
                            "cannot be approved by " + Texts.quoted(d.actor()) + ", who asked for it")
                    .with("actor", d.actor())
                    .build();
        }
        return a.counting(d.policy()).approvers().contains(d.actor())
                ? refusal(
                                RejectionCode.ALREADY_APPROVED,
                                a,
                                "has been approved by " + Texts.quoted(d.actor()) + " already; it takes "
                                        + a.approversNeeded() + " different approvers")
                        .with("actor", d.actor())
                        .build()
                : null;
    }

    private static Rejection inRole(Deliberation d, Approval a) {
        if (d.actor().isBlank() || !d.policy().hasRole(d.actor(), a.roles())) {
            String who = d.actor().isBlank() ? "somebody without a name" : Texts.quoted(d.actor());
            String roles = a.roles().isEmpty()
                    ? "an approver with a name"
                    : "one of the roles " + String.join(", ", a.roles());
            return refusal(RejectionCode.NOT_AN_APPROVER, a, "cannot be answered by " + who + "; it takes " + roles)
                    .with("actor", d.actor())
                    .with("roles", a.roles())
                    .build();
        }
        return null;
    }

    private static Refusal refusal(RejectionCode code, Approval a, String why) {
        return Refusal.of(code, "approval " + Texts.quoted(a.id()) + " " + why).with("approval_id", a.id());
    }
}
