package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.Map;

/** The attempt's result waits for a reviewer. */
public record InReview(String runId, String taskId, int attempt, String workerId, Since since) implements Reason {
    @Override
    public String kind() {
        return "review";
    }

    @Override
    public String what() {
        return "the result of attempt " + attempt + " by worker " + workerId + " waits for review";
    }

    @Override
    public String frees() {
        return "a reviewer's answer, who is not that worker; " + Commands.cancel(runId, taskId) + " gives the task up";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("attempt", attempt);
        details.put("worker", workerId);
        return details;
    }
}
