package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An attempt is offered to the agents, and nobody has taken it up.
 *
 * @param agentType the kind of agent that may
 * @param limits until when the offer stands
 */
public record Offered(String runId, String taskId, int attempt, String agentType, List<Limit> limits, Since since)
        implements Reason {
    @Override
    public String kind() {
        return "offered";
    }

    @Override
    public String what() {
        return "attempt " + attempt + " is offered to agents of type " + agentType + ", none has taken it up";
    }

    @Override
    public String frees() {
        return "a free agent of that type; simulated ones: `taskgraph agents "
                + Commands.option("--agent-type", agentType) + "`";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("attempt", attempt);
        details.put("agent_type", agentType);
        return details;
    }
}
