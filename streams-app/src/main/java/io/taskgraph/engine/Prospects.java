package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.graph.Task;
import java.util.List;

/** What the engine's own rules say about a run as it stands, for views: asked by the same code that decides. */
public final class Prospects {
    private Prospects() {}

    /**
     * What of the run's budget does not suffice for the task's next attempt, or null: the first such resource, by the name
     * that facts give it, its limit, what is spent and promised of it, and what the attempt would have reserved.
     */
    public static BudgetExhausted budgetShortOf(Run run, String taskId) {
        return Budgets.shortOf(run, Budgets.ofAttempt(run, taskId));
    }

    /** The resources of which the run has spent more than it may, as {@link #budgetShortOf} tells them. */
    public static List<BudgetExhausted> overdrawn(Run run) {
        Ledger l = run.ledger();
        return l.overdrawn().stream()
                .map(r -> new BudgetExhausted(null, r.key(), r.of(l.limit()), l.committed(r), 0L))
                .toList();
    }

    /** Whether the graph as it stands was not approved as a plan: the run does not ask again before it changes. */
    public static boolean planRefused(Run run) {
        return run.header().planRefusedAt() != 0 && run.header().planRefusedAt() == run.graphVersion();
    }

    /** How many attempts may be out at once as the run stands: fewer than its cap while many workers are lost. */
    public static int slots(Run run) {
        return Dispatching.slots(run);
    }

    /** When the run's strategy is asked about the task again, in milliseconds since the epoch; {@link Long#MAX_VALUE}: never. */
    public static long nextLook(Run run, String taskId) {
        Finding f = Passes.has(run.policy()) ? Finding.of(run, taskId) : null;
        return f == null
                ? Long.MAX_VALUE
                : f.next(run.lastDecidedAt(), run.policy().reconcile().everyMillis());
    }

    /** Before when the run records no other pass, in milliseconds since the epoch. */
    public static long passesFrom(Run run) {
        return Passes.cooledDownAt(run);
    }

    /** How long the task's dispatch may lie untaken, in milliseconds. */
    public static long startLimit(Run run, String taskId) {
        return run.limits(taskId).startMillis(run.policy().caps());
    }

    /** How long the task's attempt may take, in milliseconds; 0: as long as it wants. */
    public static long endLimit(Run run, String taskId) {
        return run.limits(taskId).endMillis(run.policy().caps());
    }

    /** Since when the attempt in flight has been working without a wait for approval, in milliseconds since the epoch. */
    public static long workingSince(Run run, Task t) {
        return WorkingTime.since(run, t);
    }

    /** Whether the attempt in flight waits for an answer by an approver: its time does not run meanwhile. */
    public static boolean waitsForApproval(Run run, Task t) {
        return WorkingTime.standsStill(run, t);
    }
}
