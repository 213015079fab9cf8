package io.taskgraph.query.why;

import io.taskgraph.query.Since;
import java.util.List;

/**
 * A task or a run, and what it waits for.
 *
 * @param taskId the task, or null: it is the run
 * @param where the task's status or the run's phase
 * @param since since when it is there
 * @param reasons at least one; what holds it most directly comes first
 */
public record Waiting(String taskId, String where, Since since, List<Reason> reasons) {
    public Waiting {
        reasons = List.copyOf(reasons);
    }
}
