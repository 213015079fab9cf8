package io.taskgraph.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a topological order of the graph, sorting in what was added only when somebody asks. New nodes are sorted
 * among themselves in time linear in them and go behind all others; a new edge between sorted nodes costs nothing if it
 * agrees with the order, else the region between its ends (Pearce and Kelly 2007). Edges that come in the worst order
 * make those regions grow, so that many of them at once could cost the square of the graph: once the regions together
 * are larger than the graph, the whole graph is sorted anew, once. An order stays valid when edges and nodes go, so that
 * undoing needs nothing here.
 */
final class TopologicalOrder {
    private static final int ROOM_FOR_EDGES = 1024;
    private static final int LEAST_EFFORT = 10_000;

    private record Edge(Node dependent, Node dependency) {}

    private final Map<String, Node> nodes;
    private final Set<Node> newNodes = new LinkedHashSet<>();

    private final ArrayDeque<Edge> newEdges = new ArrayDeque<>();
    /** How many new edges may wait before those that were taken back are dropped. */
    private int roomForEdges = ROOM_FOR_EDGES;

    private long next;
    /** Nodes walked since somebody asked. */
    private long effort;

    /** @param nodes the graph's nodes by id; in what order they are walked here, nobody can tell */
    TopologicalOrder(Map<String, Node> nodes) {
        this.nodes = nodes;
    }

    void nodeAdded(Node n) {
        n.order = Node.UNSORTED;
        newNodes.add(n);
        // Whoever waited for the gap has edges to it that no order has seen.
        for (Node d : n.dependents) {
            edgeAdded(d, n);
        }
    }

    void nodeRemoved(Node n) {
        newNodes.remove(n);
        n.order = Node.UNSORTED;
    }

    void edgeAdded(Node dependent, Node dependency) {
        if (!newNodes.contains(dependent)) {
            newEdges.add(new Edge(dependent, dependency));
            // Patches that are refused before anybody asks for the order leave edges that are gone.
            if (newEdges.size() > roomForEdges) {
                newEdges.removeIf(e -> !stillThere(e));
                roomForEdges = Math.max(ROOM_FOR_EDGES, 2 * newEdges.size());
            }
        }
    }

    /** Sorts in what was added. False: there is a cycle, and what is left of the additions is kept for the next call. */
    boolean settle() {
        if (!sortNewNodes()) {
            return false;
        }
        effort = 0;
        long enough = Math.max(LEAST_EFFORT, nodes.size());
        while (!newEdges.isEmpty()) {
            Edge e = newEdges.peek();
            if (stillThere(e) && !insert(e)) {
                return false;
            }
            newEdges.remove();
            if (effort > enough) {
                return sortAll();
            }
        }
        return true;
    }

    private boolean sortAll() {
        Set<Node> all = new LinkedHashSet<>();
        for (Node n : nodes.values()) {
            if (!n.isGap()) {
                all.add(n);
            }
        }
        if (!sort(all)) {
            return false;
        }
        newEdges.clear();
        return true;
    }

    private static boolean stillThere(Edge e) {
        return !e.dependent.isGap() && !e.dependency.isGap() && e.dependency.dependents.contains(e.dependent);
    }

    /** The edges of new nodes to older nodes agree with any order that puts the new ones last. */
    private boolean sortNewNodes() {
        if (newNodes.isEmpty()) {
            return true;
        }
        if (!sort(newNodes)) {
            return false;
        }
        newNodes.clear();
        return true;
    }

    /** Kahn's algorithm on these nodes alone. They get the next labels, or, if there is a cycle among them, none. */
    private boolean sort(Set<Node> some) {
        Map<Node, Integer> waiting = new LinkedHashMap<>();
        for (Node n : some) {
            for (Node d : n.dependents) {
                if (some.contains(d)) {
                    waiting.merge(d, 1, Integer::sum);
                }
            }
        }
        ArrayDeque<Node> free = new ArrayDeque<>();
        for (Node n : some) {
            if (!waiting.containsKey(n)) {
                free.add(n);
            }
        }
        List<Node> sorted = new ArrayList<>(some.size());
        while (!free.isEmpty()) {
            Node n = free.remove();
            sorted.add(n);
            for (Node d : n.dependents) {
                if (some.contains(d) && waiting.merge(d, -1, Integer::sum) == 0) {
                    free.add(d);
                }
            }
        }
        if (sorted.size() < some.size()) {
            return false;
        }
        for (Node n : sorted) {
            n.order = next++;
        }
        return true;
    }

    /**
     * Only edges that agree with the order are walked: any other is still to be inserted, and following it would leave
     * the region between the ends, whose labels alone may move.
     */
    private boolean insert(Edge e) {
        long low = e.dependent.order;
        long high = e.dependency.order;
        if (high < low) {
            return true;
        }
        if (e.dependent == e.dependency) {
            return false;
        }
        Set<Node> after = new LinkedHashSet<>();
        ArrayDeque<Node> todo = new ArrayDeque<>(List.of(e.dependent));
        while (!todo.isEmpty()) {
            Node n = todo.pop();
            effort++;
            if (n == e.dependency) {
                return false;
            }
            if (after.add(n)) {
                for (Node d : n.dependents) {
                    if (n.order < d.order && d.order <= high) {
                        todo.push(d);
                    }
                }
            }
        }
        Set<Node> before = new LinkedHashSet<>();
        todo.push(e.dependency);
        while (!todo.isEmpty()) {
            Node n = todo.pop();
            effort++;
            if (before.add(n)) {
                for (String id : n.task.dependsOn()) {
                    Node d = nodes.get(id);
                    if (low <= d.order && d.order < n.order) {
                        todo.push(d);
                    }
                }
            }
        }
        relabel(before, after);
        return true;
    }

    /** Gives the labels of both sets to the dependencies first, each set in its own old order. */
    private static void relabel(Set<Node> before, Set<Node> after) {
        List<Node> nodes = new ArrayList<>(before);
        nodes.sort(Comparator.comparingLong(n -> n.order));
        List<Node> later = new ArrayList<>(after);
        later.sort(Comparator.comparingLong(n -> n.order));
        nodes.addAll(later);
        long[] labels = nodes.stream().mapToLong(n -> n.order).sorted().toArray();
        for (int i = 0; i < labels.length; i++) {
            nodes.get(i).order = labels[i];
        }
    }
}
