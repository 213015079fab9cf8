package io.taskgraph.engine;

import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * When a run's leases have to be looked at next. An index over the tasks in flight, derived from them and never stored:
 * a date that is too early costs a look, and none is ever too late.
 */
final class Leases {
    private record Due(long at, String taskId, int attempt, Status status) {}

    private static final Comparator<Due> EARLIEST =
            Comparator.comparingLong(Due::at).thenComparing(Due::taskId);

    private final TreeSet<Due> order = new TreeSet<>(EARLIEST);
    private final Map<String, Due> byTask = new HashMap<>();

    /**
     * Brings the index up to date with a task, which may be null. O(log n).
     *
     * @param timeBudget how long an attempt of it may work, in milliseconds, or null
     */
    void sync(String taskId, Task task, Caps caps, Long timeBudget) {
        Due known = byTask.get(taskId);
        if (task == null || !task.status().isInFlight()) {
            if (known != null) {
                byTask.remove(taskId);
                order.remove(known);
            }
            return;
        }
        if (known != null && known.attempt == task.attempt() && known.status == task.status()) {
            return;
        }
        long patience = patience(task, caps);
        if (task.status() == Status.RUNNING) {
            patience = caps.workerTimeoutMillis() == 0 ? patience : Math.min(patience, caps.workerTimeoutMillis());
            patience = timeBudget == null ? patience : Math.min(patience, timeBudget + 1);
        }
        set(task, task.leasedAt() + patience);
    }

    /** How long after {@link Task#leasedAt} the lease may be due for a look, in milliseconds. */
    static long patience(Task task, Caps caps) {
        return task.status() == Status.DISPATCHED ? caps.startTimeoutMillis() : caps.heartbeatStalenessMillis();
    }

    /** Looks at a lease again at the given time. */
    void set(Task task, long at) {
        Due due = new Due(at, task.id(), task.attempt(), task.status());
        Due before = byTask.put(task.id(), due);
        if (before != null) {
            order.remove(before);
        }
        order.add(due);
    }

    /** The earliest date, or {@link Long#MAX_VALUE} if no lease is out. */
    long next() {
        return order.isEmpty() ? Long.MAX_VALUE : order.first().at;
    }

    /**
     * Tasks whose date is not after now, sorted by id: what is decided from them must not depend on dates, which a run
     * that was loaded again has forgotten.
     */
    List<String> due(long now) {
        List<String> ids = new ArrayList<>();
        for (Due d : order) {
            if (d.at > now) {
                break;
            }
            ids.add(d.taskId);
        }
        ids.sort(Comparator.naturalOrder());
        return ids;
    }

    /** Tasks that a lease is out for, sorted by id. */
    List<String> all() {
        return order.stream().map(Due::taskId).sorted().toList();
    }
}
