package io.taskgraph.query.why;

import io.taskgraph.avro.Phase;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The run waits for nothing: it has ended.
 *
 * @param because as the decision says
 */
public record RunEnded(Phase phase, String because, int done, int failed, int cancelled, Since since)
        implements Reason {
    @Override
    public String kind() {
        return "ended";
    }

    @Override
    public String what() {
        return "it waits for nothing: it is " + phase + (because.isEmpty() ? "" : " (" + because + ")") + "; tasks: "
                + done + " done, " + failed + " failed, " + cancelled + " cancelled";
    }

    @Override
    public String frees() {
        return phase == Phase.COMPLETED ? "a planner's patch that adds tasks takes it up again" : "";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("phase", phase.name());
        details.put("reason", because);
        details.put("done", done);
        details.put("failed", failed);
        details.put("cancelled", cancelled);
        return details;
    }
}
