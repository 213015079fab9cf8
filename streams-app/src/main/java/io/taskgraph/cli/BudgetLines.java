package io.taskgraph.cli;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.spec.BudgetText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** What a run has spent, has reserved and may spend: for people, and for programs. */
final class BudgetLines {
    private static final Amounts NOTHING = new Amounts(0L, 0L, 0L);
    private static final Budget UNBOUNDED = new Budget(null, null, null);

    private BudgetLines() {}

    /** A line for each of tokens, money and time that is bounded or was used; none, if nothing is. */
    static List<String> of(RunSummary run, String currency) {
        Amounts spent = run.getSpent() == null ? NOTHING : run.getSpent();
        Amounts reserved = run.getReserved() == null ? NOTHING : run.getReserved();
        Budget limit = run.getBudget() == null ? UNBOUNDED : run.getBudget();
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

    /** The same for programs: each of spent, reserved and limit, null where there is none. */
    static Map<String, Object> fields(RunSummary run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("spent", amounts(run.getSpent()));
        fields.put("reserved", amounts(run.getReserved()));
        Budget limit = run.getBudget();
        fields.put(
                "limit", limit == null ? null : amounts(limit.getTokens(), limit.getCostMicros(), limit.getMillis()));
        return fields;
    }

    private static Map<String, Object> amounts(Amounts amounts) {
        return amounts == null ? null : amounts(amounts.getTokens(), amounts.getCostMicros(), amounts.getMillis());
    }

    private static Map<String, Object> amounts(Long tokens, Long costMicros, Long millis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tokens", tokens);
        fields.put("cost_micros", costMicros);
        fields.put("millis", millis);
        return fields;
    }
}
