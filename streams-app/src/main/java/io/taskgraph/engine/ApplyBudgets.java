package io.taskgraph.engine;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.BudgetRaised;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.PolicyChanged;
import io.taskgraph.avro.UsageRecorded;

/** What facts about budgets, caps on time and the pinned policy change in a run. */
final class ApplyBudgets {
    private ApplyBudgets() {}

    static void register(Applications to) {
        to.on(UsageRecorded.class, (run, f, w) -> {});
        to.on(BudgetExhausted.class, (run, f, w) -> {});
        to.on(BudgetRaised.class, (run, f, w) -> {});
        to.on(PolicyChanged.class, (run, f, w) -> {});
        to.on(CapReached.class, (run, f, w) -> {});
    }
}
