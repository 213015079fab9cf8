package io.taskgraph.query.why;

import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The run has reached {@code max_runtime}.
 *
 * @param limit the cap in milliseconds; 0: none any more
 * @param startedAt from when it counts, in milliseconds since the epoch
 */
public record OutOfTime(String runId, long limit, long startedAt, Since since) implements Reason {
    @Override
    public String kind() {
        return "cap";
    }

    @Override
    public String what() {
        return "the run has used up max_runtime " + Cap.MAX_RUNTIME.write(limit);
    }

    @Override
    public String frees() {
        return "a cap longer than the time since it began, or none: "
                + Commands.of("cap", runId, Cap.MAX_RUNTIME.key(), Cap.MAX_RUNTIME.write(0));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("cap", Cap.MAX_RUNTIME.key());
        details.put("limit", limit);
        details.put("value", since.known() ? since.at() - startedAt : null);
        return details;
    }
}
