package io.taskgraph.engine;

import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The leases of a run that are out: who holds them, and when each has to be looked at next. An index over the tasks in
 * flight, derived from them and never stored: a date that is too early costs a look, and none is ever too late.
 */
final class Leases {
    /** What a date was made for: it is made anew when the task goes on. */
    private record Held(int attempt, Status status, String workerId) {}

    private final DueIndex dates = new DueIndex();
    private final Map<String, Held> byTask = new HashMap<>();
    private final Map<String, TreeSet<String>> byWorker = new HashMap<>();
    private final BiConsumer<String, Boolean> onWorker;

    /**
     * No leases.
     *
     * @param onWorker hears when a worker comes to hold its first lease (true) or holds none any more (false)
     */
    Leases(BiConsumer<String, Boolean> onWorker) {
        this.onWorker = onWorker;
    }

    /**
     * Brings the index up to date with a task, which may be null. O(log n).
     *
     * @param patience how long after {@link Task#leasedAt} the lease is due for a look, in milliseconds
     */
    void sync(String taskId, Task task, java.util.function.ToLongFunction<Task> patience) {
        Held known = byTask.get(taskId);
        if (task == null || !task.status().isInFlight()) {
            if (known != null) {
                byTask.remove(taskId);
                dates.remove(taskId);
                release(known.workerId, taskId);
            }
            return;
        }
        Held now = new Held(task.attempt(), task.status(), task.workerId());
        if (now.equals(known)) {
            return;
        }
        byTask.put(taskId, now);
        if (known != null) {
            release(known.workerId, taskId);
        }
        if (now.workerId != null) {
            TreeSet<String> tasks = byWorker.computeIfAbsent(now.workerId, w -> new TreeSet<>());
            tasks.add(taskId);
            if (tasks.size() == 1) {
                onWorker.accept(now.workerId, true);
            }
        }
        dates.set(taskId, task.leasedAt() + patience.applyAsLong(task));
    }

    private void release(String workerId, String taskId) {
        if (workerId == null) {
            return;
        }
        TreeSet<String> tasks = byWorker.get(workerId);
        tasks.remove(taskId);
        if (tasks.isEmpty()) {
            byWorker.remove(workerId);
            onWorker.accept(workerId, false);
        }
    }

    /** Looks at a lease again at the given time. */
    void set(Task task, long at) {
        dates.set(task.id(), at);
    }

    /** The earliest date, or {@link Long#MAX_VALUE} if no lease is out. */
    long next() {
        return dates.next();
    }

    /** Tasks whose date is not after now, sorted by id. */
    List<String> due(long now) {
        return dates.due(now);
    }

    /** Tasks that a lease is out for, sorted by id. O(n log n). */
    List<String> all() {
        return dates.all();
    }

    /** Tasks that the worker holds the lease of, sorted by id. */
    List<String> of(String workerId) {
        TreeSet<String> tasks = byWorker.get(workerId);
        return tasks == null ? List.of() : List.copyOf(tasks);
    }

    boolean holdsAny(String workerId) {
        return byWorker.containsKey(workerId);
    }
}
