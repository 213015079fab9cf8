package io.taskgraph.engine;

import io.taskgraph.avro.Operation;
import io.taskgraph.avro.TaskStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of a patch, written down a second time and as plainly as can be: copies everything, looks at everything,
 * keeps no counts. For runs in which nothing is dispatched.
 */
final class PlainModel {
    static final class Node {
        String status = "PENDING";
        boolean archived;
        TreeSet<String> deps = new TreeSet<>();

        Node copy() {
            Node n = new Node();
            n.status = status;
            n.archived = archived;
            n.deps = new TreeSet<>(deps);
            return n;
        }

        boolean ended() {
            return Set.of("DONE", "FAILED", "CANCELLED").contains(status);
        }
    }

    TreeMap<String, Node> tasks = new TreeMap<>();

    /** Whether the patch is accepted; if so, the model has changed. */
    boolean patch(List<Operation> operations) {
        TreeMap<String, Node> before = new TreeMap<>();
        tasks.forEach((id, n) -> before.put(id, n.copy()));
        Set<String> waiting = new LinkedHashSet<>();
        boolean ok = operations.stream().allMatch(o -> operation(o, waiting)) && whole();
        if (!ok) {
            tasks = before;
            return false;
        }
        for (String id : waiting) {
            Node n = tasks.get(id);
            if (n == null || n.ended()) {
                continue;
            }
            for (String dep : n.deps) {
                String as = tasks.get(dep).status;
                if (as.equals("FAILED") || as.equals("CANCELLED")) {
                    end(id, as);
                    break;
                }
            }
        }
        return true;
    }

    private boolean operation(Operation o, Set<String> waiting) {
        if (o.getAddTask() != null) {
            String id = o.getAddTask().getTask().getTaskId();
            List<String> deps = o.getAddTask().getTask().getDependsOn();
            if (tasks.containsKey(id)) {
                return false;
            }
            Node n = new Node();
            n.deps.addAll(deps);
            tasks.put(id, n);
            waiting.add(id);
            return true;
        }
        if (o.getUpdateTask() != null) {
            String id = o.getUpdateTask().getTaskId();
            Node n = tasks.get(id);
            if (n == null || n.ended()) {
                return false;
            }
            TaskStatus to = o.getUpdateTask().getStatus();
            if (to == null) {
                return true;
            }
            switch (to) {
                case PENDING, DEFERRED, DONE -> n.status = to.name();
                case FAILED, CANCELLED -> end(id, to.name());
                default -> {
                    return false;
                }
            }
            return true;
        }
        if (o.getRemoveTask() != null) {
            Node n = tasks.get(o.getRemoveTask().getTaskId());
            if (n == null || n.ended()) {
                return false;
            }
            tasks.remove(o.getRemoveTask().getTaskId());
            return true;
        }
        if (o.getAddDependency() != null) {
            String id = o.getAddDependency().getTaskId();
            String on = o.getAddDependency().getDependsOn();
            Node n = tasks.get(id);
            if (n == null) {
                return false;
            }
            if (n.deps.contains(on)) {
                return true;
            }
            if (n.ended()) {
                return false;
            }
            n.deps.add(on);
            waiting.add(id);
            return true;
        }
        if (o.getRemoveDependency() != null) {
            Node n = tasks.get(o.getRemoveDependency().getTaskId());
            return n != null
                    && !n.ended()
                    && n.deps.remove(o.getRemoveDependency().getDependsOn());
        }
        Node n = tasks.get(o.getArchiveTask().getTaskId());
        if (n == null || !n.ended() || n.archived) {
            return false;
        }
        n.archived = true;
        return true;
    }

    /** Ends a task and, again and again, whatever waits for one that ended so. */
    private void end(String id, String status) {
        tasks.get(id).status = status;
        List<String> next = new ArrayList<>(List.of(id));
        while (!next.isEmpty()) {
            String on = next.remove(0);
            tasks.forEach((other, n) -> {
                if (n.deps.contains(on) && !n.ended()) {
                    n.status = status;
                    next.add(other);
                }
            });
        }
    }

    private boolean whole() {
        for (Node n : tasks.values()) {
            if (!tasks.keySet().containsAll(n.deps)) {
                return false;
            }
        }
        Set<String> left = new HashSet<>(tasks.keySet());
        while (left.removeIf(id -> tasks.get(id).deps.stream().noneMatch(left::contains))) {
            // Until nothing goes any more: what is left is cyclic.
        }
        return left.isEmpty();
    }

    String statusOf(String id) {
        Node n = tasks.get(id);
        boolean ready = n.status.equals("PENDING")
                && n.deps.stream().allMatch(d -> tasks.get(d).status.equals("DONE"));
        return ready ? "READY" : n.status;
    }
}
