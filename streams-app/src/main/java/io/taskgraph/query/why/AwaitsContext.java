package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The planners were asked something, and have not answered.
 *
 * @param worker who asked; empty: the control plane, about a task that is set aside
 * @param questions the messages that ask, oldest first
 * @param looks when the run's strategy is asked about it again
 */
public record AwaitsContext(
        String runId, String taskId, String worker, List<String> questions, List<Limit> looks, Since since)
        implements Reason {
    @Override
    public String kind() {
        return "context";
    }

    @Override
    public String what() {
        return (worker.isEmpty() ? "it was asked about" : "worker " + worker + " asked for context")
                + ", and nobody has answered message " + String.join(", ", questions);
    }

    @Override
    public String frees() {
        return "a message of kind CONTEXT that replies to it, by a planner or operator, to "
                + (worker.isEmpty() ? "control-plane" : worker) + ": "
                + Commands.of("mail", runId, Commands.option("--answer", questions.get(0)), "--body=TEXT")
                + " is one, " + Commands.of("mail", runId) + " shows what was asked";
    }

    @Override
    public List<Limit> limits() {
        return looks;
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("worker", worker);
        details.put("questions", questions);
        return details;
    }
}
