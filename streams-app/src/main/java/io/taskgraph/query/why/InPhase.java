package io.taskgraph.query.why;

import io.taskgraph.avro.Phase;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The run is in a phase in which it dispatches nothing.
 *
 * @param because why it is in that phase, as the decision says; may be empty
 */
public record InPhase(String runId, Phase phase, Hold hold, String because, Since since) implements Reason {
    @Override
    public String kind() {
        return "phase";
    }

    @Override
    public String what() {
        return "the run is " + phase + ": " + hold.what() + (because.isEmpty() ? "" : " (" + because + ")");
    }

    @Override
    public String frees() {
        return hold.frees(runId);
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("phase", phase.name());
        details.put("hold", hold.key());
        details.put("reason", because);
        return details;
    }
}
