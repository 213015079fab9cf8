package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An attempt failed, and the next one waits for its time.
 *
 * @param failures attempts that have failed
 * @param until when it is tried again, in milliseconds since the epoch
 */
public record BackingOff(String runId, String taskId, int failures, long until, Since since) implements Reason {
    @Override
    public String kind() {
        return "back_off";
    }

    @Override
    public String what() {
        return (failures == 1 ? "1 attempt has failed" : failures + " attempts have failed")
                + ", the next one waits for its time";
    }

    @Override
    public String frees() {
        return "that time; " + Commands.cancel(runId, taskId) + " gives the task up";
    }

    @Override
    public List<Limit> limits() {
        return List.of(new Limit("back-off", until, "it is tried again"));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("failures", failures);
        details.put("not_before", until);
        return details;
    }
}
