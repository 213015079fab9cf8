package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Guard;
import io.taskgraph.policy.contract.GuardKind;

/**
 * What runs and attempts may use up: reserved before a dispatch, settled by what agents report. Dispatch stops before the
 * run's bounds would be exceeded by what its attempts in flight are bounded by.
 */
final class Budgets {
    private static final int PERCENT = 100;

    private Budgets() {}

    /**
     * What the task's next attempt may use up. Of a resource that the run has bounds for and neither task nor policy has,
     * it is all that is left: such attempts go one at a time.
     */
    static Bounds ofAttempt(Run run, String taskId) {
        TaskBudget b = run.budget(taskId);
        Bounds own = Usage.orElse(
                b.raised(), Usage.tighter(b.limit(), run.policy().budgets().task()));
        Ledger l = run.ledger();
        return Usage.orElse(
                own,
                new Bounds(
                        left(l, Usage.Resource.TOKENS),
                        left(l, Usage.Resource.COST_MICROS),
                        left(l, Usage.Resource.MILLIS)));
    }

    private static Long left(Ledger l, Usage.Resource r) {
        long limit = r.of(l.limit());
        return limit == Long.MAX_VALUE ? null : Long.valueOf(Math.max(0, limit - l.committed(r)));
    }

    /** What keeps an attempt with these bounds from being dispatched: the first resource that does not suffice, or null. */
    static BudgetExhausted shortOf(Run run, Bounds attempt) {
        Ledger l = run.ledger();
        Usage wanted = TaskBudget.reservation(attempt);
        for (Usage.Resource r : Usage.Resource.values()) {
            long limit = r.of(l.limit());
            if (limit == Long.MAX_VALUE) {
                continue;
            }
            // An attempt that may use up nothing of it could do nothing: that is no budget, but the end of one.
            long more = Math.max(1, r.of(wanted));
            if (more > limit - l.committed(r)) {
                return new BudgetExhausted(null, r.key(), limit, l.committed(r), more);
            }
        }
        return null;
    }

    /**
     * The attempt in flight has used up so much. Records what is new, and stops an attempt that overdraws. What it means for
     * the run is seen when all of the decision is: {@link #watch}.
     *
     * @param ending whether the attempt ends with this report anyway
     * @return why the amounts cannot be true, or null
     */
    static Rejection used(Deliberation d, Task t, Usage total, boolean ending) {
        Rejection r = judge(total);
        if (r != null) {
            return r;
        }
        Run run = d.run();
        Usage known = run.budget(t.id()).used();
        Usage now = known.max(total);
        if (now.equals(known)) {
            return null;
        }
        d.emit(new UsageRecorded(t.id(), t.attempt(), now.toAmounts()));
        Usage.Resource over = run.budget(t.id()).overdrawn();
        if (over != null) {
            TaskBudget b = run.budget(t.id());
            d.emit(new BudgetExhausted(t.id(), over.key(), over.of(b.bound()), over.of(b.used()), 0L));
            if (!ending) {
                stop(d, t, over);
            }
        }
        return null;
    }

    /** Takes the lease of an attempt that used up more than it may, and has an operator look at it. */
    static void stop(Deliberation d, Task t, Usage.Resource over) {
        String why = "it used up more " + over.key() + " than was reserved for it";
        d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), why, null));
        Lifecycle.pause(
                d,
                "task " + Texts.quoted(t.id()) + " used up more " + over.key() + " than its budget",
                Standing.BUDGET);
    }

    /**
     * What the run has spent by this decision, whether it was reported or is the working time of attempts that ended: the
     * guard speaks up, and a run that has overdrawn its budget stops. Of a run that has ended by this decision already there is
     * nothing left to guard.
     */
    static void watch(Deliberation d) {
        if (!Lifecycle.hasEnded(d.run()) && !d.run().ledger().spent().equals(d.spentBefore())) {
            nearlySpent(d, d.spentBefore());
            if (d.run().phase() == Phase.EXECUTING) {
                overdrawn(d);
            }
        }
    }

    /** A run that has spent more than it may, because agents told of it too late, stops. */
    private static void overdrawn(Deliberation d) {
        Ledger l = d.run().ledger();
        for (Usage.Resource r : l.overdrawn()) {
            d.emit(new BudgetExhausted(null, r.key(), r.of(l.limit()), l.committed(r), 0L));
            Lifecycle.pause(d, "the run's budget of " + r.key() + " is overdrawn", Standing.BUDGET);
            return;
        }
    }

    private static void nearlySpent(Deliberation d, Usage before) {
        Guard guard = d.policy().guard(GuardKind.BUDGET_NEARLY_SPENT);
        if (guard == null) {
            return;
        }
        Ledger l = d.run().ledger();
        for (Usage.Resource r : Usage.Resource.values()) {
            long limit = r.of(l.limit());
            long trips = limit == Long.MAX_VALUE
                    ? Long.MAX_VALUE
                    : limit / PERCENT * guard.percent() + limit % PERCENT * guard.percent() / PERCENT;
            if (r.of(before) < trips && r.of(l.spent()) >= trips && trips < Long.MAX_VALUE) {
                d.emit(new GuardTripped(
                        GuardKind.BUDGET_NEARLY_SPENT.key(),
                        null,
                        r.of(l.spent()),
                        trips,
                        guard.response().key()));
                Guards.respond(d, guard, null, "the run's budget of " + r.key() + " is nearly spent");
                if (Lifecycle.hasEnded(d.run())) {
                    return;
                }
            }
        }
    }

    private static Rejection judge(Usage u) {
        for (Usage.Resource r : Usage.Resource.values()) {
            if (r.of(u) < 0 || r.of(u) > Usage.MOST) {
                return Refusal.invalid("usage", r.key() + " is " + r.of(u) + "; give a number from 0 to " + Usage.MOST);
            }
        }
        return null;
    }

    /** Why these are no bounds, or null. */
    static Rejection judge(String field, io.taskgraph.avro.Budget b) {
        if (b == null) {
            return null;
        }
        Bounds bounds = Usage.bounds(b);
        for (Usage.Resource r : Usage.Resource.values()) {
            long bound = r.of(bounds);
            if (r.bounded(bounds) && (bound < 0 || bound > Usage.MOST)) {
                return Refusal.invalid(
                        field, r.key() + " is " + bound + "; give a number from 0 to " + Usage.MOST + ", or none");
            }
        }
        return null;
    }
}
