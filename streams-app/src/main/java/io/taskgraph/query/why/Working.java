package io.taskgraph.query.why;

import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker holds the lease.
 *
 * @param silence how long it may be silent before it loses the lease, in milliseconds; when it was last heard is not part
 *     of a run
 * @param limits until when the attempt may last
 */
public record Working(
        String runId, String taskId, int attempt, String workerId, long silence, List<Limit> limits, Since since)
        implements Reason {
    @Override
    public String kind() {
        return "running";
    }

    @Override
    public String what() {
        return "worker " + workerId + " works on attempt " + attempt;
    }

    @Override
    public String frees() {
        return "its report, or the loss of its lease after " + Cap.HEARTBEAT_STALENESS.write(silence) + " of silence; "
                + Commands.cancel(runId, taskId) + " gives the task up";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("attempt", attempt);
        details.put("worker", workerId);
        details.put("heartbeat_staleness_ms", silence);
        return details;
    }
}
