package io.taskgraph.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names one cycle of a graph that has one: the same for the same graph, whatever its history. O(n + m), iterative. */
final class CycleSearch {
    private CycleSearch() {}

    static List<String> in(Map<String, Node> nodes) {
        TreeMap<String, Node> core = withoutSources(nodes);
        Map<String, Integer> position = new LinkedHashMap<>();
        List<String> walk = new ArrayList<>();
        Node at = core.firstEntry().getValue();
        while (position.putIfAbsent(at.id, walk.size()) == null) {
            walk.add(at.id);
            // Every node left has a dependency that is left: take the smallest.
            String next = at.task.dependsOn().stream()
                    .filter(core::containsKey)
                    .findFirst()
                    .orElseThrow();
            at = core.get(next);
        }
        List<String> cycle = walk.subList(position.get(at.id), walk.size());
        int smallest = 0;
        for (int i = 1; i < cycle.size(); i++) {
            if (cycle.get(i).compareTo(cycle.get(smallest)) < 0) {
                smallest = i;
            }
        }
        List<String> path = new ArrayList<>(cycle.subList(smallest, cycle.size()));
        path.addAll(cycle.subList(0, smallest));
        path.add(path.get(0));
        return path;
    }

    /** Takes away, again and again, what depends on nothing that is left: cycles and what waits for them remain. */
    private static TreeMap<String, Node> withoutSources(Map<String, Node> nodes) {
        TreeMap<String, Node> left = new TreeMap<>();
        Map<String, Integer> waitsFor = new HashMap<>();
        ArrayDeque<Node> free = new ArrayDeque<>();
        for (Node n : nodes.values()) {
            if (n.isGap()) {
                continue;
            }
            left.put(n.id, n);
            int open = 0;
            for (String d : n.task.dependsOn()) {
                if (!nodes.get(d).isGap()) {
                    open++;
                }
            }
            waitsFor.put(n.id, open);
            if (open == 0) {
                free.add(n);
            }
        }
        while (!free.isEmpty()) {
            Node n = free.remove();
            left.remove(n.id);
            for (Node d : n.dependents) {
                if (waitsFor.merge(d.id, -1, Integer::sum) == 0) {
                    free.add(d);
                }
            }
        }
        return left;
    }
}
