package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.engine.StandingAction.State;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.Comparator;
import java.util.List;

/** What facts about approvals change in a run. */
final class ApplyApprovals {
    private ApplyApprovals() {}

    static void register(Applications to) {
        to.on(ApprovalRequested.class, ApplyApprovals::requested);
        to.on(ApprovalGiven.class, (run, f, w) -> {
            Approval a = run.tables().approvals.get(f.getApprovalId());
            run.tables().approvals.put(a.id(), a.approvedBy(f.getApprover(), f.getKey()));
        });
        to.on(ApprovalGranted.class, ApplyApprovals::granted);
        to.on(ApprovalDenied.class, (run, f, w) -> refused(run, f.getApprovalId(), "denied", w));
        to.on(ApprovalExpired.class, (run, f, w) -> refused(run, f.getApprovalId(), "expired", w));
        to.on(ApprovalInvalidated.class, (run, f, w) -> {
            Approval a = close(run, f.getApprovalId(), f.getReason(), w);
            if (a.kind() == ApprovalKind.TASK) {
                // It waits for its dispatch again, and is asked for again when that comes.
                requeue(run, a.taskId());
            }
        });
    }

    private static void requested(Run run, ApprovalRequested f, Applications.Moment when) {
        Approval a = new Approval(
                f.getApprovalId(),
                f.getKind(),
                f.getTaskId(),
                f.getAttempt(),
                f.getGraphVersion(),
                f.getRequestId(),
                f.getTool(),
                Vocabulary.risk(f.getRisk()),
                f.getArgumentsDigest() == null ? null : Texts.hex(f.getArgumentsDigest()),
                f.getPurpose(),
                f.getRequester(),
                f.getRule(),
                f.getReason(),
                f.getApproversNeeded(),
                f.getRoles().stream().sorted().toList(),
                List.of(),
                List.of(),
                when.at(),
                f.getExpiresAt().toEpochMilli());
        run.tables().approvals.put(a.id(), a);
        if (a.kind() == ApprovalKind.TASK) {
            run.graph().update(ApplyGraph.task(run, a.taskId()).awaitingApproval());
        }
        if (a.kind() == ApprovalKind.ACTION) {
            ApplyActions.asked(run, when);
            String key = StandingAction.keyOf(a.taskId(), a.tool(), a.argumentsDigest(), a.attempt());
            StandingAction before = run.tables().actions.get(key);
            ApplyActions.put(
                    run,
                    new StandingAction(
                            a.taskId(),
                            a.attempt(),
                            a.tool(),
                            a.argumentsDigest(),
                            a.requester(),
                            a.risk(),
                            State.AWAITING,
                            List.of(a.requestId()),
                            before == null ? 1 : before.wanted() + 1,
                            a.rule(),
                            a.reason(),
                            a.id(),
                            when.at(),
                            before == null ? 0 : before.waited()));
        }
    }

    private static void granted(Run run, ApprovalGranted f, Applications.Moment when) {
        Approval a = close(run, f.getApprovalId(), "granted", when);
        if (a.kind() == ApprovalKind.TASK) {
            run.tables().grants.put(a.taskId(), new TaskGrant(a.taskId(), a.id(), a.graphVersion()));
            requeue(run, a.taskId());
        }
    }

    private static void refused(Run run, String approvalId, String how, Applications.Moment when) {
        Approval a = close(run, approvalId, how, when);
        if (a.kind() == ApprovalKind.PLAN) {
            run.header(run.header().withPlanRefusedAt(run.graphVersion()));
        }
        if (a.kind() == ApprovalKind.RESULT) {
            Rejections before = run.tables().rejections.get(a.taskId());
            int count = before == null ? 1 : before.count() + 1;
            run.tables().rejections.put(a.taskId(), new Rejections(a.taskId(), count));
        }
    }

    private static Approval close(Run run, String approvalId, String how, Applications.Moment when) {
        Approval a = run.tables().approvals.get(approvalId);
        run.tables().approvals.remove(approvalId);
        Table<ClosedApproval> closed = run.tables().closedApprovals;
        closed.put(approvalId, new ClosedApproval(approvalId, when.sequence(), how));
        if (closed.size() > ClosedApproval.REMEMBERED) {
            closed.values().stream()
                    .min(Comparator.comparingLong(ClosedApproval::sequence).thenComparing(ClosedApproval::id))
                    .ifPresent(oldest -> closed.remove(oldest.id()));
        }
        return a;
    }

    private static void requeue(Run run, String taskId) {
        Task t = run.graph().task(taskId);
        if (t != null && t.status() == Status.AWAITING_APPROVAL) {
            run.graph().update(t.requeued());
        }
    }
}
