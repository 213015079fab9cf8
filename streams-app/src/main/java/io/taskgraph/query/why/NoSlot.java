package io.taskgraph.query.why;

import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As many attempts are in flight as {@code max_workers} allows.
 *
 * @param limit the cap
 * @param slots how many attempts may be out now: fewer than the cap while many workers are lost, or the run is slowed down
 * @param slowedUntil until when it is slowed down, in milliseconds since the epoch; 0: it is not
 * @param inFlight attempts that occupy the slots; may be above a cap that was lowered
 * @param ahead ready tasks that are dispatched before this one
 * @param through the tasks in flight, longest first
 */
public record NoSlot(
        String runId,
        int limit,
        int slots,
        long slowedUntil,
        int inFlight,
        int ahead,
        List<Waiting> through,
        Since since)
        implements Reason {

    @Override
    public String kind() {
        return "cap";
    }

    @Override
    public String what() {
        if (limit == 0) {
            return exceeded().text() + ": nothing is dispatched";
        }
        String reached = isHeldByTheCap()
                ? exceeded().text() + ": "
                : "no more than " + slots + " of max_workers " + limit
                        + (slowedUntil > 0 ? " while the run is slowed down: " : " while many workers are lost: ");
        return reached + inFlight + " in flight, " + (ahead == 0 ? "it is the next" : ahead + " ready before it");
    }

    /** Whether the cap itself holds it back, and not that less than it is let out for the time being. */
    private boolean isHeldByTheCap() {
        return inFlight >= limit;
    }

    /** What one attempt more would come to. */
    private Exceeded exceeded() {
        return new Exceeded(Cap.MAX_WORKERS, limit, inFlight + 1L);
    }

    @Override
    public String frees() {
        String raise = Commands.of("cap", runId, Cap.MAX_WORKERS.key(), String.valueOf(Math.max(limit, inFlight) + 1L));
        return limit == 0
                ? raise + " lets one attempt out at a time"
                : "the end of an attempt in flight, or a higher cap: " + raise;
    }

    @Override
    public List<Limit> limits() {
        return slowedUntil == 0
                ? List.of()
                : List.of(new Limit("slowdown", slowedUntil, "as many attempts are out as usual"));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.putAll(exceeded().fields());
        if (!isHeldByTheCap()) {
            details.put("code", null);
        }
        details.put("slots", slots);
        details.put("in_flight", inFlight);
        details.put("ahead", ahead);
        return details;
    }
}
