package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.Map;

/** The engine failed on an input of the run: it takes no other before an operator releases it. */
public record Quarantined(String runId, String because, Since since) implements Reason {
    @Override
    public String kind() {
        return "quarantine";
    }

    @Override
    public String what() {
        return "the run is quarantined: " + because;
    }

    @Override
    public String frees() {
        return Commands.of("release", runId) + " after its cause is mended";
    }

    @Override
    public Map<String, Object> details() {
        return Map.of("reason", because);
    }
}
