package io.taskgraph.query.why;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is left of the run's budget does not suffice for an attempt, or the run has overdrawn it.
 *
 * @param forTask the task whose attempt it is: the most urgent one that is ready, which no smaller one overtakes; null: the
 *     run is overdrawn
 * @param resource {@code tokens}, {@code cost_micros} or {@code millis}
 * @param limit what the run may use up
 * @param committed what is spent, and promised to attempts in flight
 * @param needed what the attempt would have reserved; 0 if the run is overdrawn
 * @param through the tasks in flight: they give back what they do not use up
 */
public record OnBudget(
        String runId,
        String forTask,
        String resource,
        long limit,
        long committed,
        long needed,
        List<Waiting> through,
        Since since)
        implements Reason {

    static OnBudget of(String runId, String forTask, BudgetExhausted why, List<Waiting> through, Since since) {
        return new OnBudget(
                runId, forTask, why.getResource(), why.getLimit(), why.getCommitted(), why.getWanted(), through, since);
    }

    /** How much is missing, at least 1. */
    public long missing() {
        return Math.max(1, committed - limit + needed);
    }

    @Override
    public String kind() {
        return "budget";
    }

    @Override
    public String what() {
        String of = "the run's budget of " + resource;
        return (forTask == null ? of + " is overdrawn" : of + " does not suffice for task " + forTask) + ": "
                + missing() + " missing, " + committed + " of " + limit + " spent or promised";
    }

    @Override
    public String frees() {
        String raise = Commands.raise(runId, null, resource, limit + missing());
        return through.isEmpty()
                ? "at least this much: " + raise
                : "what the attempts in flight give back, or at least this much: " + raise;
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("for_task", forTask);
        details.put("resource", resource);
        details.put("limit", limit);
        details.put("committed", committed);
        details.put("needed", needed);
        details.put("missing", missing());
        return details;
    }
}
