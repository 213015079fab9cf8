package io.taskgraph.query.why;

import io.taskgraph.graph.Status;
import io.taskgraph.query.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task waits for dependencies, or a run for its tasks. Named are the tasks that really hold it up: those that wait for
 * something else than tasks.
 *
 * @param taskId the task, or null: the run waits for all of its tasks
 * @param direct of a task, its unmet dependencies, sorted, at most {@link Waits#SHOWN}
 * @param unmet how many tasks it waits for directly
 * @param through the tasks that hold it up, those that need a person first, then those that work, then those in the queue
 * @param roots how many of these there are, by status
 * @param behind how many tasks are between, that only wait for others themselves
 * @param limits of a run, until when it may last
 */
public record OnTasks(
        String runId,
        String taskId,
        List<String> direct,
        int unmet,
        List<Waiting> through,
        Map<Status, Integer> roots,
        int behind,
        List<Limit> limits,
        Since since)
        implements Reason {

    @Override
    public String kind() {
        return taskId == null ? "tasks" : "dependencies";
    }

    @Override
    public String what() {
        if (taskId == null) {
            return unmet == 1 ? "1 task has not ended" : unmet + " tasks have not ended";
        }
        String named = String.join(", ", direct);
        String more = unmet > direct.size() ? " and " + (unmet - direct.size()) + " more" : "";
        return unmet == 1
                ? "dependency " + named + " is not done"
                : unmet + " dependencies are not done: " + named + more;
    }

    @Override
    public String frees() {
        if (taskId == null) {
            return "it ends when they have ended; below is what holds them up";
        }
        return "it is ready when they are done; below is what holds them up; a planner's patch can also take a dependency"
                + " out";
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("unmet", unmet);
        details.put("direct", direct);
        details.put("between", behind);
        Map<String, Object> counts = new LinkedHashMap<>();
        roots.forEach((status, count) -> counts.put(status.name(), count));
        details.put("held_up_by", counts);
        return details;
    }
}
