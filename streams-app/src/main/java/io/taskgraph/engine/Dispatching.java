package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Verdict;

/**
 * Offers ready tasks to the agents, by priority, up to the run's cap of workers, as far as policy and budget go. The most
 * urgent task is never overtaken because a smaller one would fit: what is urgent would wait for ever.
 */
final class Dispatching {
    /**
     * How many tasks one decision sets aside or asks approval for: a decision is one record. The answers to what was asked
     * for bring the next decision, and with it the next tasks.
     */
    private static final int HELD = 100;

    private Dispatching() {}

    /** How many attempts may be out: while workers are going in numbers, less is handed to those that are left. */
    static int slots(Run run) {
        int cap = run.policy().caps().maxWorkers();
        int most = run.degradation() == null ? cap : Math.min(cap, Math.max(1, cap / 2));
        return run.slowdown() == null ? most : Math.min(most, run.slowdown().workers());
    }

    /** What the run has in line is held back by nothing. */
    static final int FREE = -1;

    /**
     * The limit of {@code max_workers} that holds back the next task in line, or {@link #FREE}. Of a run that dispatches less
     * for the time being it may be that which holds it back.
     */
    static int heldBackBy(Run run) {
        if (run.phase() != Phase.EXECUTING
                || run.quarantine() != null
                || run.graph().nextReady() == null) {
            return FREE;
        }
        int cap = run.policy().caps().maxWorkers();
        return run.graph().inFlight() >= cap ? cap : FREE;
    }

    static void dispatch(Deliberation d) {
        upToTheCap(d);
        Task next = d.run().graph().nextReady();
        if (next != null && d.beginsToHoldBack(heldBackBy(d.run()))) {
            d.emit(Reached.byTask(d, Cap.MAX_WORKERS, d.run().graph().inFlight() + 1L, next.id()));
        }
    }

    private static void upToTheCap(Deliberation d) {
        TaskGraph graph = d.run().graph();
        int cap = slots(d.run());
        boolean asks = d.policy().asks(Asked.DISPATCH);
        int held = 0;
        for (Task t = graph.nextReady(); t != null && graph.inFlight() < cap; t = graph.nextReady()) {
            Bounds bound = Budgets.ofAttempt(d.run(), t.id());
            BudgetExhausted tooLittle = Budgets.shortOf(d.run(), bound);
            if (tooLittle != null) {
                if (graph.inFlight() + graph.count(Status.SUBMITTED) == 0) {
                    d.emit(tooLittle);
                    Lifecycle.pause(
                            d,
                            "the run's budget of " + tooLittle.getResource() + " does not suffice for task "
                                    + Texts.quoted(t.id()),
                            Standing.BUDGET);
                }
                // Otherwise what is in flight gives back what it does not use up.
                return;
            }
            if (!Toolpacks.mayGo(d, t) || asks && !mayGo(d, t)) {
                if (++held == HELD) {
                    tooManyHeld(d);
                    return;
                }
                continue;
            }
            d.emit(new TaskDispatched(t.id(), t.attempt() + 1, Usage.budget(bound)));
        }
    }

    /** Whether the policy lets the task be dispatched now; if not, it is ready no more. */
    private static boolean mayGo(Deliberation d, Task t) {
        Judgement j = d.policy().judge(Questions.dispatch(d.run(), t, d.now()));
        d.record(Asked.DISPATCH, t.id(), j);
        TaskGrant grant = d.run().tables().grants.get(t.id());
        boolean granted = grant != null && grant.graphVersion() >= t.changedAtVersion();
        if (j.verdict() == Verdict.ALLOW || j.verdict() == Verdict.AWAIT_APPROVAL && granted) {
            return true;
        }
        if (j.verdict() == Verdict.DENY) {
            Approvals.taskDenied(d, t, denial(j));
            return false;
        }
        ApprovalRequested wanted = Approvals.draft(ApprovalKind.TASK, d.planner(), j.rule(), j.reason());
        wanted.setTaskId(t.id());
        wanted.setRisk(Vocabulary.risk(t.spec().risk()));
        wanted.setPurpose(Texts.cut(t.title(), 1024));
        Approvals.request(d, wanted);
        return false;
    }

    /** Why a task is not dispatched that a rule does not let go. */
    static String denial(Judgement j) {
        return Texts.cut("rule " + j.rule() + " denies its dispatch: " + j.reason(), Texts.LONG_TEXT);
    }

    private static void tooManyHeld(Deliberation d) {
        if (d.approvalsAsked() == 0) {
            // Nobody will answer, so nothing would bring the run on.
            Lifecycle.pause(
                    d, "the policy denied the dispatch of " + HELD + " tasks in one decision", Standing.OPERATOR);
        }
    }
}
