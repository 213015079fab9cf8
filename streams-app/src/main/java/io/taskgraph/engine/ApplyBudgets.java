package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.BudgetRaised;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.PolicyChanged;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Policy;

/** What facts about budgets, caps on time and the pinned policy change in a run. */
final class ApplyBudgets {
    private ApplyBudgets() {}

    static void register(Applications to) {
        to.on(UsageRecorded.class, (run, f, w) -> used(run, f.getTaskId(), Usage.of(f.getTotal())));
        to.on(BudgetExhausted.class, (run, f, w) -> {
            // What follows is told by further facts; that it did not suffice is for the record.
        });
        to.on(BudgetRaised.class, ApplyBudgets::raised);
        to.on(PolicyChanged.class, (run, f, w) -> {
            Policy policy = Policies.parsed(f.getPolicyDocument());
            // What is in flight keeps what the policy gave it when it was dispatched.
            run.leases().all().forEach(id -> put(run, run.budget(id)));
            boolean same = policy.budgets().run().equals(run.policy().budgets().run());
            run.create(run.identity().with(policy));
            if (!same) {
                limit(run);
            }
            // Otherwise what an operator has raised stays raised.
        });
        to.on(CapReached.class, (run, f, w) -> {
            // What follows is told by further facts; that it was reached is for the record.
        });
    }

    /** Gives the run the budget that its policy and its creator set. */
    static void limit(Run run) {
        Bounds limit =
                Usage.tighter(run.policy().budgets().run(), run.identity().budget());
        put(run, run.ledger().withLimit(limit));
    }

    /** Reserves what an attempt that is dispatched is bounded by. */
    static void dispatched(Run run, TaskDispatched f) {
        if (f.getReserved() == null) {
            return;
        }
        Bounds bound = Usage.bounds(f.getReserved());
        TaskBudget own = run.tables().budgets.get(f.getTaskId());
        // What the policy gives every task need not be written down for each, see Run.budget.
        if (own != null || !bound.equals(run.policy().budgets().task())) {
            put(run, (own == null ? TaskBudget.none(f.getTaskId()) : own).dispatched(bound));
        }
        put(run, run.ledger().reserving(TaskBudget.reservation(bound)));
    }

    /**
     * The attempt of the task ends: where time is bounded its working time counts, and what is left of its reservation
     * is given back. To be called while the attempt is still in flight.
     *
     * @param before the task
     */
    static void settled(Run run, Task before, long at) {
        TaskBudget b = run.budget(before.id());
        boolean timed = b.bound().millis() != null || run.ledger().limit().millis() != null;
        if (timed && before.status() == Status.RUNNING) {
            used(run, before.id(), b.used().max(new Usage(0, 0, WorkingTime.worked(run, before, at))));
            b = run.budget(before.id());
        }
        if (!b.isEmpty()) {
            put(run, run.ledger().returning(b.reservation().minus(b.used())));
            put(run, b.idle());
        }
    }

    private static void used(Run run, String taskId, Usage total) {
        TaskBudget b = run.budget(taskId);
        Usage now = b.used().max(total);
        put(run, run.ledger().spending(b.used(), now, b.reservation()));
        put(run, b.using(now));
    }

    private static void raised(Run run, BudgetRaised f, Applications.Moment when) {
        Bounds limit = Usage.bounds(f.getLimit());
        if (f.getTaskId() == null) {
            put(run, run.ledger().withLimit(Usage.orElse(limit, run.ledger().limit())));
        } else {
            TaskBudget b = run.budget(f.getTaskId());
            put(run, b.raisedTo(Usage.orElse(limit, b.raised())));
        }
    }

    static void put(Run run, TaskBudget b) {
        if (b.isEmpty()) {
            run.tables().budgets.remove(b.taskId());
        } else {
            run.tables().budgets.put(b.taskId(), b);
        }
    }

    private static void put(Run run, Ledger l) {
        run.header(run.header().with(l));
    }
}
