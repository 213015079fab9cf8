package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.Map;

/**
 * Nothing holds it: it goes on with the run's next decision. A run comes to that between two decisions, and where one
 * decision set aside or asked for as much as it may.
 *
 * @param approvals how many tasks wait for an approval: each answer is such a decision
 */
public record Due(String runId, int approvals, Since since) implements Reason {
    @Override
    public String kind() {
        return "next_decision";
    }

    @Override
    public String what() {
        return "nothing holds it: it goes on with the run's next decision";
    }

    @Override
    public String frees() {
        return approvals == 0
                ? "any report, patch or directive, or the run's next date"
                : "the answer to an approval: " + Commands.of("approvals", runId) + " lists " + approvals;
    }

    @Override
    public Map<String, Object> details() {
        return Map.of("pending_approvals", approvals);
    }
}
