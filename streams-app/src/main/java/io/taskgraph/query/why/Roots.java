package io.taskgraph.query.why;

import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where waiting comes from.
 *
 * @param tasks those that wait for something else than tasks
 * @param between how many there are before them that wait for tasks only
 */
record Roots(List<Task> tasks, int between) {
    /** What holds a task up through its unmet dependencies. Iterative, O(unfinished tasks before it and their edges). */
    static Roots of(TaskGraph graph, Task waiting) {
        List<Task> roots = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<Task> todo = new ArrayDeque<>();
        todo.add(waiting);
        int between = -1;
        while (!todo.isEmpty()) {
            between++;
            for (String id : todo.remove().dependsOn()) {
                Task t = graph.task(id);
                if (t.satisfiesDependents() || !seen.add(id)) {
                    continue;
                }
                if (waitsForTasks(graph, t)) {
                    todo.add(t);
                } else {
                    roots.add(t);
                }
            }
        }
        return new Roots(roots, between);
    }

    /** What holds a run up. O(n log n). */
    static Roots of(Run run) {
        List<Task> roots = new ArrayList<>();
        int between = 0;
        for (Task t : run.graph().tasks()) {
            if (waitsForTasks(run.graph(), t)) {
                between++;
            } else if (!t.status().isTerminal()) {
                roots.add(t);
            }
        }
        return new Roots(roots, between);
    }

    /** One that only waits for its time to be tried again does not. */
    private static boolean waitsForTasks(TaskGraph graph, Task t) {
        return t.status() == Status.PENDING && graph.unmet(t.id()) > 0;
    }
}
