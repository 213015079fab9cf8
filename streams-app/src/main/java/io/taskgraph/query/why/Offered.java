package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An attempt is offered to the agents, and nobody has taken it up.
 *
 * @param agentType the kind of agent that may
 * @param toolpacks what it must have loaded, each as name, an at sign and version
 * @param refused workers that were found to serve something else under one of these names
 * @param limits until when the offer stands
 */
public record Offered(
        String runId,
        String taskId,
        int attempt,
        String agentType,
        List<String> toolpacks,
        List<String> refused,
        List<Limit> limits,
        Since since)
        implements Reason {
    @Override
    public String kind() {
        return "offered";
    }

    @Override
    public String what() {
        return "attempt " + attempt + " is offered to agents of type " + agentType
                + (toolpacks.isEmpty() ? "" : " that have loaded " + String.join(", ", toolpacks) + " as signed")
                + ", none has taken it up"
                + (refused.isEmpty() ? "" : "; refused with EXTENSION_MISMATCH: " + String.join(", ", refused));
    }

    @Override
    public String frees() {
        return "a free agent of that type"
                + (toolpacks.isEmpty() ? "; simulated ones: " : " with these; simulated ones: ")
                + "`taskgraph agents "
                + Commands.option("--agent-type", agentType)
                + " --toolpack FILE".repeat(toolpacks.size()) + "`";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("attempt", attempt);
        details.put("agent_type", agentType);
        if (!toolpacks.isEmpty()) {
            details.put("toolpacks", toolpacks);
            details.put("refused_workers", refused);
        }
        return details;
    }
}
