package io.taskgraph.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A run's task graph, changed in place. Dependents and unmet-dependency counts are kept, ready tasks sit in a priority
 * order, counts by status are running totals, so that every change costs what it touches: a task and its direct
 * dependents, never the graph. Nothing here refuses: the callers check first. Not thread-safe.
 *
 * <p>No task may depend on itself. A task may be added before what it depends on; {@link #isGap} tells whether an id that is depended on is missing.
 * Every change is recorded in the {@link Journal} given at construction.
 */
public final class TaskGraph {
    private static final Comparator<Node> READY_ORDER =
            Comparator.<Node>comparingInt(n -> n.task.priority()).thenComparingLong(n -> n.task.ordinal());
    private static final Comparator<Node> BY_AGE = Comparator.comparingLong(n -> n.task.ordinal());
    private static final Consumer<String> NOBODY = id -> {};

    private final Journal journal;
    /** Never iterated in its own order. */
    private final Map<String, Node> nodes = new HashMap<>();

    private final TreeSet<Node> ready = new TreeSet<>(READY_ORDER);
    private final TopologicalOrder order = new TopologicalOrder(nodes);
    private final int[] counts = new int[Status.values().length];
    private int size;
    private int archived;
    private Consumer<String> onChange = NOBODY;

    public TaskGraph(Journal journal) {
        this.journal = journal;
    }

    /**
     * Tells one more listener the id of each task whose stored form may have changed, undoing included. That a task became
     * ready or waits again because another one changed is derived, so it is not told.
     */
    public void onChange(Consumer<String> listener) {
        onChange = onChange == NOBODY ? listener : onChange.andThen(listener);
    }

    /** The task, or null. O(1). */
    public Task task(String id) {
        Node n = nodes.get(id);
        return n == null ? null : n.task;
    }

    /** All tasks, archived ones included, oldest first. O(n log n). */
    public List<Task> tasks() {
        List<Task> all = new ArrayList<>(size);
        for (Node n : nodes.values()) {
            if (!n.isGap()) {
                all.add(n.task);
            }
        }
        all.sort(Comparator.comparingLong(Task::ordinal));
        return all;
    }

    /** Number of tasks, archived ones included. */
    public int size() {
        return size;
    }

    /** Number of tasks that are not archived. */
    public int liveSize() {
        return size - archived;
    }

    /** Number of tasks in a status, archived ones included. O(1). */
    public int count(Status status) {
        return counts[status.ordinal()];
    }

    /** Number of tasks that are not terminal. O(1). */
    public int unfinished() {
        return size - count(Status.DONE) - count(Status.FAILED) - count(Status.CANCELLED);
    }

    /** Number of tasks that an attempt is out for, those that wait for a reviewer left out. O(1). */
    public int inFlight() {
        return count(Status.DISPATCHED) + count(Status.RUNNING);
    }

    /** The ready task to dispatch next (smallest priority, then oldest), or null. O(log n). */
    public Task nextReady() {
        return ready.isEmpty() ? null : ready.first().task;
    }

    /** All ready tasks, in the order in which they would be dispatched. O(ready tasks). */
    public List<Task> ready() {
        return ready.stream().map(n -> n.task).toList();
    }

    /** The first of the ready tasks, in the order in which they would be dispatched. O(most). */
    public List<Task> ready(int most) {
        return ready.stream().limit(most).map(n -> n.task).toList();
    }

    /** Ids of the tasks that depend on this one, oldest first. O(d log d). */
    public List<String> dependents(String id) {
        Node n = nodes.get(id);
        if (n == null) {
            return List.of();
        }
        return n.dependents.stream().sorted(BY_AGE).map(d -> d.id).toList();
    }

    /** Whether something depends on this id and no task has it. O(1). */
    public boolean isGap(String id) {
        Node n = nodes.get(id);
        return n != null && n.isGap();
    }

    /** How many dependencies of the task are not satisfied. O(1). */
    public int unmet(String id) {
        return nodes.get(id).unmet;
    }

    /** Adds a task; its status becomes READY if it is PENDING and nothing is unmet. O(dependencies). */
    public void add(Task task) {
        Node n = nodes.computeIfAbsent(task.id(), Node::new);
        n.task = task;
        n.unmet = 0;
        for (String dep : task.dependsOn()) {
            Node d = nodes.computeIfAbsent(dep, Node::new);
            d.addDependent(n);
            if (!d.satisfied()) {
                n.unmet++;
            }
        }
        enter(n);
        order.nodeAdded(n);
        // Not this node: removed and added again within the mark, the task sits in another one.
        journal.record(() -> detach(nodes.get(task.id())));
        place(n);
        retellDependents(n, false);
        onChange.accept(task.id());
    }

    /** Removes a task. If something depends on it, its id becomes a gap. O(dependencies + dependents). */
    public void remove(String id) {
        Node n = nodes.get(id);
        Task task = n.task;
        detach(n);
        journal.record(() -> add(task));
    }

    private void detach(Node n) {
        boolean satisfied = n.satisfied();
        Task task = n.task;
        leave(n);
        for (String dep : task.dependsOn()) {
            Node d = nodes.get(dep);
            d.removeDependent(n);
            dropIfUnused(d);
        }
        n.task = null;
        n.unmet = 0;
        order.nodeRemoved(n);
        retellDependents(n, satisfied);
        dropIfUnused(n);
        onChange.accept(task.id());
    }

    private void dropIfUnused(Node n) {
        if (n.isGap() && n.dependents.isEmpty()) {
            nodes.remove(n.id);
        }
    }

    /**
     * Replaces a task by a later form of itself, with the same id and dependencies. READY and PENDING are told apart
     * here: give either. O(1), or O(dependents) when it becomes done.
     */
    public void update(Task to) {
        Node n = nodes.get(to.id());
        Task from = n.task;
        boolean satisfied = n.satisfied();
        leave(n);
        n.task = to;
        enter(n);
        place(n);
        retellDependents(n, satisfied);
        journal.record(() -> update(from));
        onChange.accept(to.id());
    }

    /** Adds an edge that is not there. O(dependencies of the task). */
    public void addDependency(String id, String dependsOn) {
        Node n = nodes.get(id);
        Node d = nodes.computeIfAbsent(dependsOn, Node::new);
        List<String> deps = new ArrayList<>(n.task.dependsOn());
        deps.add(-Collections.binarySearch(deps, dependsOn) - 1, dependsOn);
        n.task = n.task.withDependsOn(List.copyOf(deps));
        d.addDependent(n);
        if (!d.satisfied()) {
            n.unmet++;
        }
        place(n);
        order.edgeAdded(n, d);
        journal.record(() -> removeDependency(id, dependsOn));
        onChange.accept(id);
    }

    /** Removes an edge that is there. O(dependencies of the task). */
    public void removeDependency(String id, String dependsOn) {
        Node n = nodes.get(id);
        Node d = nodes.get(dependsOn);
        n.task = n.task.withDependsOn(
                n.task.dependsOn().stream().filter(x -> !x.equals(dependsOn)).toList());
        d.removeDependent(n);
        if (!d.satisfied()) {
            n.unmet--;
        }
        place(n);
        dropIfUnused(d);
        journal.record(() -> addDependency(id, dependsOn));
        onChange.accept(id);
    }

    /**
     * Ends every unfinished task that depends on this one, directly or not, in the given way.
     *
     * @param end gives the ended form of a task from the task and the id of the dependency that took it along
     * @return how many ended; iterative, O(ended tasks and their edges)
     */
    public int endDependents(String id, BiFunction<Task, String, Task> end) {
        int ended = 0;
        ArrayDeque<Node> todo = new ArrayDeque<>();
        todo.add(nodes.get(id));
        while (!todo.isEmpty()) {
            Node n = todo.remove();
            List<Node> dependents = new ArrayList<>(n.dependents);
            dependents.sort(BY_AGE);
            for (Node d : dependents) {
                if (!d.task.status().isTerminal()) {
                    update(end.apply(d.task, n.id));
                    ended++;
                    todo.add(d);
                }
            }
        }
        return ended;
    }

    /** How many tasks {@link #endDependents} would end. Iterative, O(those tasks and their edges). */
    public int unfinishedDependents(String id) {
        Set<Node> seen = new LinkedHashSet<>();
        ArrayDeque<Node> todo = new ArrayDeque<>();
        todo.add(nodes.get(id));
        while (!todo.isEmpty()) {
            for (Node d : todo.remove().dependents) {
                if (!d.task.status().isTerminal() && seen.add(d)) {
                    todo.add(d);
                }
            }
        }
        return seen.size();
    }

    /**
     * A cycle through the edges added since the last call that found none, as ids from the smallest id of it, each
     * depending on the next, the first repeated at the end; empty if the graph is acyclic. The cost follows the change
     * (Pearce and Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", JEA 2007); only when there
     * is a cycle the whole graph is read, to name the same one whatever the order in which the graph came about.
     */
    public Optional<List<String>> findCycle() {
        return order.settle() ? Optional.empty() : Optional.of(CycleSearch.in(nodes));
    }

    /** After a node's satisfaction may have changed: moves its dependents' counts and readiness. */
    private void retellDependents(Node n, boolean before) {
        boolean now = n.satisfied();
        if (now == before) {
            return;
        }
        for (Node d : n.dependents) {
            if (d.isGap()) {
                continue;
            }
            d.unmet += now ? -1 : 1;
            place(d);
        }
    }

    /** Sets READY or PENDING as the counts say. */
    private void place(Node n) {
        Status s = n.task.status();
        boolean ready = n.unmet == 0 && n.task.waitsOnDependenciesOnly();
        if (s == Status.PENDING && ready || s == Status.READY && !ready) {
            leave(n);
            n.task = n.task.withStatus(s == Status.PENDING ? Status.READY : Status.PENDING);
            enter(n);
        }
    }

    private void enter(Node n) {
        counts[n.task.status().ordinal()]++;
        size++;
        if (n.task.archived()) {
            archived++;
        }
        if (n.task.status() == Status.READY) {
            ready.add(n);
        }
    }

    private void leave(Node n) {
        counts[n.task.status().ordinal()]--;
        size--;
        if (n.task.archived()) {
            archived--;
        }
        if (n.task.status() == Status.READY) {
            ready.remove(n);
        }
    }
}
