package io.taskgraph.query.why;

import io.taskgraph.graph.Status;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The task waits for nothing: it has ended.
 *
 * @param how its result or the reason; may be empty
 * @param by the cap that ended it, if one did
 * @param workerId who did it or tried last, or null
 * @param attempts how many attempts there were
 * @param archived whether it was taken out of the live graph
 * @param repairable whether others wait until an operator has repaired it
 */
public record Ended(
        String runId,
        String taskId,
        Status status,
        String how,
        Optional<Exceeded> by,
        String workerId,
        int attempts,
        boolean archived,
        boolean repairable,
        Since since)
        implements Reason {
    private static final int SHOWN = 200;

    @Override
    public String kind() {
        return "ended";
    }

    @Override
    public String what() {
        String told = how.codePointCount(0, how.length()) <= SHOWN
                ? how
                : how.substring(0, how.offsetByCodePoints(0, SHOWN)) + "…";
        return "it waits for nothing: it is " + status.name().toLowerCase(Locale.ROOT)
                + by.map(cap -> " by " + cap.text()).orElse("")
                + (told.isEmpty() ? "" : ": " + told);
    }

    @Override
    public String frees() {
        String task = Commands.word(taskId);
        return repairable
                ? Commands.of("retry", runId, task) + " tries it again, " + Commands.of("skip", runId, task)
                        + " goes on without it"
                : "";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        by.ifPresent(cap -> details.putAll(cap.fields()));
        details.put("outcome", how);
        details.put("worker", workerId);
        details.put("attempts", attempts);
        details.put("archived", archived);
        details.put("repairable", repairable);
        return details;
    }
}
