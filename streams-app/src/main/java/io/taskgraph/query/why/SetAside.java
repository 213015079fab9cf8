package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The task was deferred.
 *
 * @param why as the decision that deferred it says; may be empty
 * @param by the cap for whose sake, if one is
 * @param repairs whether operators can repair under the run's policy
 * @param looks when the run's strategy is asked about it again
 * @param since by whom, too
 */
public record SetAside(
        String runId, String taskId, String why, Optional<Exceeded> by, boolean repairs, List<Limit> looks, Since since)
        implements Reason {
    @Override
    public String kind() {
        return "deferred";
    }

    @Override
    public String what() {
        return "it was set aside" + by.map(cap -> " by " + cap.text()).orElse("") + (why.isEmpty() ? "" : ": " + why);
    }

    @Override
    public String frees() {
        String retry = repairs ? ", or " + Commands.of("retry", runId, Commands.word(taskId)) : "";
        return "a planner's patch that sets its status to pending" + retry + "; " + Commands.cancel(runId, taskId)
                + " gives it up";
    }

    @Override
    public List<Limit> limits() {
        return looks;
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        by.ifPresent(cap -> details.putAll(cap.fields()));
        details.put("reason", why);
        details.put("by_family", since.family());
        details.put("by", since.actor());
        details.put("proved_by", since.key().isEmpty() ? null : since.key());
        return details;
    }
}
