package io.taskgraph.graph;

import java.util.LinkedHashSet;
import java.util.Set;

/** A task with its place in the graph. Without a task it is a gap: an id that others depend on and that is not there. */
final class Node {
    /** Order label of a node that was not sorted in yet. */
    static final long UNSORTED = -1;

    final String id;
    Task task;
    /** How many of the task's dependencies are not satisfied. */
    int unmet;
    /** Who depends on this node. Only walked where the order does not matter, or sorted first. */
    Set<Node> dependents = Set.of();
    /** Topological label: greater than that of every dependency, once sorted in. */
    long order = UNSORTED;

    Node(String id) {
        this.id = id;
    }

    boolean isGap() {
        return task == null;
    }

    void addDependent(Node n) {
        if (dependents.isEmpty()) {
            dependents = new LinkedHashSet<>(4);
        }
        dependents.add(n);
    }

    void removeDependent(Node n) {
        if (!dependents.isEmpty()) {
            dependents.remove(n);
        }
    }

    /** Whether the node's task is satisfied from a dependent's point of view. */
    boolean satisfied() {
        return task != null && task.satisfiesDependents();
    }
}
