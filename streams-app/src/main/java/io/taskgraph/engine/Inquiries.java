package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.engine.StandingAction.State;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.decision.ActionSubject;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What the policy was asked when a decision was made, put together again from the run as it was before it and from what it
 * says.
 */
public final class Inquiries {
    private Inquiries() {}

    /**
     * The questions of a decision, in the order in which they were asked.
     *
     * @param run as it was before the decision; it is so again afterwards
     * @param mutation the input, if it was a mutation and is still to be had; else null, and what was asked of the patch is
     *     left out
     */
    public static List<Inquiry> of(Run run, Decision d, Mutation mutation) {
        List<Inquiry> asked = new ArrayList<>();
        long at = d.getDecidedAt().toEpochMilli();
        String actor = d.getCause().getActor();
        Applications.Moment when = new Applications.Moment(at, d.getSequence(), d.getGraphVersion());
        ofMutation(run, d, mutation, when, asked);
        run.journal().begin();
        try {
            for (Fact f : d.getFacts()) {
                before(run, f, at, asked);
                ended(run, f.getPhaseChanged(), actor, at, asked);
                Apply.fact(run, f, when);
                PhaseChanged p = f.getPhaseChanged();
                if (p != null && p.getTo() == Phase.PLANNING && p.getReason().equals(Lifecycle.PLANS)) {
                    asked.add(new Inquiry.Judged("the plan", Questions.plan(run, actor, at), run.policy()));
                }
            }
        } finally {
            run.journal().rollback();
        }
        return asked;
    }

    /** May the run be created; may the patch happen. Its operations are tried as they were. */
    private static void ofMutation(
            Run run, Decision d, Mutation mutation, Applications.Moment when, List<Inquiry> asked) {
        if (!judged(d)) {
            return;
        }
        boolean creates = !d.getFacts().isEmpty() && d.getFacts().get(0).getRunCreated() != null;
        if (!creates && (mutation == null || !run.exists())) {
            return;
        }
        String actor = d.getCause().getActor();
        run.journal().begin();
        try {
            if (creates) {
                Apply.fact(run, d.getFacts().get(0), when);
                asked.add(new Inquiry.Judged(
                        "the run's creation", Questions.create(run, actor, when.at()), run.policy()));
            }
            if (mutation == null || mutation.getOperations().isEmpty()) {
                return;
            }
            Deliberation trial = new Deliberation(
                    run,
                    Input.mutation(mutation, Origin.NONE),
                    null,
                    when.at(),
                    Integer.MAX_VALUE,
                    ExtensionCatalogue.EMPTY);
            if (new Patch(trial).decide(mutation.getOperations()) == null) {
                asked.add(new Inquiry.Judged(
                        "a patch of " + mutation.getOperations().size() + " operations",
                        Questions.patch(run, Patch.subject(mutation.getOperations()), actor, when.at()),
                        run.policy()));
            }
        } finally {
            run.journal().rollback();
        }
    }

    /** Whether the patch came before the policy: all else is found before. */
    private static boolean judged(Decision d) {
        return d.getOutcome() == Outcome.ACCEPTED
                || d.getOutcome() == Outcome.REJECTED && d.getRejection().getCode() == RejectionCode.DENIED;
    }

    /** Where the run went when all of its tasks had ended, if it is by that that it left {@code EXECUTING}. */
    private static void ended(Run run, PhaseChanged p, String actor, long at, List<Inquiry> asked) {
        if (p == null || p.getFrom() != Phase.EXECUTING || !Ending.isReached(run)) {
            return;
        }
        Inquiry.Routed inquiry =
                new Inquiry.Routed(Questions.plan(run, actor, at), run.policy(), Ending.isLookedAt(run));
        Ending end = inquiry.ending(run.policy());
        if (p.getTo() == end.to() && p.getReason().equals(end.reason())) {
            asked.add(inquiry);
        }
    }

    private static void before(Run run, Fact f, long at, List<Inquiry> asked) {
        if (f.getTaskDispatched() != null) {
            dispatch(run, f.getTaskDispatched().getTaskId(), at, asked);
        }
        if (f.getTaskDeferred() != null) {
            Task t = run.graph().task(f.getTaskDeferred().getTaskId());
            boolean planned = f.getTaskDeferred().getReason().equals(Patch.BY_PLANNER);
            if (t.status() == Status.READY && !planned) {
                dispatch(run, t.id(), at, asked);
            }
        }
        if (f.getTaskFailed() != null) {
            denied(run, f.getTaskFailed(), at, asked);
        }
        ActionAllowed allowed = f.getActionAllowed();
        if (allowed != null) {
            action(
                    run,
                    allowed.getTaskId(),
                    allowed.getTool(),
                    allowed.getRisk(),
                    allowed.getArgumentsDigest(),
                    allowed.getPurpose(),
                    allowed.getWorkerId(),
                    at,
                    asked);
        }
        ActionDenied denied = f.getActionDenied();
        if (denied != null && !denied.getRule().equals(Guards.RULE)) {
            action(
                    run,
                    denied.getTaskId(),
                    denied.getTool(),
                    denied.getRisk(),
                    denied.getArgumentsDigest(),
                    denied.getPurpose(),
                    denied.getWorkerId(),
                    at,
                    asked);
        }
        ApprovalRequested wanted = f.getApprovalRequested();
        if (wanted != null && wanted.getKind() == ApprovalKind.TASK) {
            dispatch(run, wanted.getTaskId(), at, asked);
        }
        if (wanted != null && wanted.getKind() == ApprovalKind.ACTION) {
            action(
                    run,
                    wanted.getTaskId(),
                    wanted.getTool(),
                    wanted.getRisk(),
                    wanted.getArgumentsDigest(),
                    wanted.getPurpose(),
                    wanted.getRequester(),
                    at,
                    asked);
        }
    }

    /** A task that was ready fails because of what the policy says of its dispatch, or because its last attempt did. */
    private static void denied(Run run, TaskFailed f, long at, List<Inquiry> asked) {
        Task t = run.graph().task(f.getTaskId());
        if (t.status() == Status.READY) {
            Judgement j = run.policy().judge(Questions.dispatch(run, t, at));
            if (j.verdict() == Verdict.DENY && Dispatching.denial(j).equals(f.getReason())) {
                dispatch(run, t.id(), at, asked);
            }
        }
    }

    private static void dispatch(Run run, String taskId, long at, List<Inquiry> asked) {
        asked.add(new Inquiry.Judged(
                "the dispatch of task " + Texts.quoted(taskId),
                Questions.dispatch(run, run.graph().task(taskId), at),
                run.policy()));
    }

    private static void action(
            Run run,
            String taskId,
            String tool,
            Risk risk,
            Digest arguments,
            String purpose,
            String worker,
            long at,
            List<Inquiry> asked) {
        Task t = run.graph().task(taskId);
        String digest = Texts.hex(arguments);
        StandingAction standing = run.tables().actions.get(StandingAction.keyOf(taskId, tool, digest, t.attempt()));
        if (standing != null && (standing.state() == State.AWAITING || standing.allowedAs(Vocabulary.risk(risk)))) {
            // Answered by an approver, or by the allow that stands: the policy was not asked.
            return;
        }
        int identical = ActionDecider.identical(run, taskId, tool, digest);
        ActionSubject subject = new ActionSubject(tool, Questions.risk(Vocabulary.risk(risk)), purpose, digest);
        asked.add(new Inquiry.Judged(
                "action " + Texts.quoted(tool) + " of task " + Texts.quoted(taskId),
                Questions.action(run, t, subject, worker, identical, at),
                run.policy()));
    }
}
