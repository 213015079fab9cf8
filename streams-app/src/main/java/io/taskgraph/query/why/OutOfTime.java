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
        return (since.known() ? exceeded().text() + ": " : "") + "the run has used up max_runtime "
                + Cap.MAX_RUNTIME.write(limit);
    }

    private Exceeded exceeded() {
        return new Exceeded(Cap.MAX_RUNTIME, limit, since.at() - startedAt);
    }

    @Override
    public String frees() {
        return "a cap longer than the time since it began, or none: "
                + Commands.of("cap", runId, Cap.MAX_RUNTIME.key(), Cap.MAX_RUNTIME.write(0));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>(exceeded().fields());
        if (!since.known()) {
            details.put("value", null);
        }
        return details;
    }
}
