package io.taskgraph.cli;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.engine.Ledger;
import io.taskgraph.spec.BudgetText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * What a run has spent, has reserved and may spend: for people, and for programs.
 *
 * @param reserved for the attempts in flight, beyond what they have used up
 * @param limit null fields are not bounded
 */
record BudgetLines(Amounts spent, Amounts reserved, Budget limit) {
    /** As a run's decisions tell it. */
    static BudgetLines of(Ledger ledger) {
        return new BudgetLines(
                ledger.spent().toAmounts(),
                ledger.reserved().toAmounts(),
                new Budget(
                        ledger.limit().tokens(),
                        ledger.limit().costMicros(),
                        ledger.limit().millis()));
    }

    /** As a summary tells it. */
    static BudgetLines of(RunSummary run) {
        return new BudgetLines(
                run.getSpent() == null ? new Amounts(0L, 0L, 0L) : run.getSpent(),
                run.getReserved() == null ? new Amounts(0L, 0L, 0L) : run.getReserved(),
                run.getBudget() == null ? new Budget(null, null, null) : run.getBudget());
    }

    /** A line for each of tokens, money and time that is bounded or was used; none, if nothing is. */
    List<String> lines(String currency) {
        List<String> lines = new ArrayList<>();
        line(lines, spent.getTokens(), reserved.getTokens(), limit.getTokens(), n -> n + " tokens");
        line(
                lines,
                spent.getCostMicros(),
                reserved.getCostMicros(),
                limit.getCostMicros(),
                n -> BudgetText.cost(n) + " " + currency);
        line(lines, spent.getMillis(), reserved.getMillis(), limit.getMillis(), Times::of);
        return lines;
    }

    private static void line(List<String> lines, long spent, long reserved, Long limit, LongFunction<String> write) {
        if (spent == 0 && reserved == 0 && limit == null) {
            return;
        }
        lines.add(write.apply(spent) + " spent" + (reserved == 0 ? "" : ", " + write.apply(reserved) + " reserved")
                + (limit == null ? ", no limit" : ", of " + write.apply(limit)));
    }

    /** The same for programs: null where there is no limit. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("spent", amounts(spent.getTokens(), spent.getCostMicros(), spent.getMillis()));
        fields.put("reserved", amounts(reserved.getTokens(), reserved.getCostMicros(), reserved.getMillis()));
        fields.put("limit", amounts(limit.getTokens(), limit.getCostMicros(), limit.getMillis()));
        return fields;
    }

    private static Map<String, Object> amounts(Long tokens, Long costMicros, Long millis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tokens", tokens);
        fields.put("cost_micros", costMicros);
        fields.put("millis", millis);
        return fields;
    }
}
