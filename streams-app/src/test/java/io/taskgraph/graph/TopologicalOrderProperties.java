package io.taskgraph.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order that is kept, against a fresh look at the whole graph. */
class TopologicalOrderProperties {
    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);

    @Test
    void findsACycleExactlyIfThereIsOne() {
        for (int round = 0; round < 300; round++) {
            Journal journal = new Journal();
            TaskGraph graph = new TaskGraph(journal);
            int ids = 2 + random.nextInt(12);
            long[] ordinal = {0};
            for (int step = 0; step < 60; step++) {
                boolean tried = random.nextInt(2) == 0;
                List<Task> before = graph.tasks();
                List<Task> readyBefore = graph.ready();
                if (tried) {
                    journal.begin();
                }
                for (int i = random.nextInt(5); i >= 0; i--) {
                    change(graph, ids, ordinal);
                }
                Optional<List<String>> cycle = hasGap(graph) ? Optional.of(List.of()) : graph.findCycle();
                if (!hasGap(graph)) {
                    String where = "seed " + seed + ", round " + round + ", step " + step;
                    assertThat(cycle.isPresent()).as(where).isEqualTo(cyclic(graph));
                    cycle.ifPresent(path -> assertPath(graph, path, where));
                }
                if (tried && (cycle.isPresent() || random.nextBoolean())) {
                    journal.rollback();
                    assertThat(graph.tasks()).as("seed %d", seed).isEqualTo(before);
                    assertThat(graph.ready()).as("seed %d", seed).isEqualTo(readyBefore);
                } else if (tried) {
                    journal.commit();
                } else {
                    // Not tried: what closes a cycle has to go again.
                    while (!hasGap(graph) && graph.findCycle().isPresent()) {
                        List<String> path = graph.findCycle().orElseThrow();
                        graph.removeDependency(path.get(0), path.get(1));
                    }
                }
            }
        }
    }

    @Test
    void theSameCycleWhateverTheHistory() {
        for (int round = 0; round < 100; round++) {
            int n = 3 + random.nextInt(8);
            Map<String, List<String>> edges = new HashMap<>();
            for (int i = 0; i < n; i++) {
                List<String> deps = new ArrayList<>();
                for (int j = 0; j < n; j++) {
                    if (random.nextInt(3) == 0) {
                        deps.add("t" + j);
                    }
                }
                edges.put("t" + i, deps);
            }
            Optional<List<String>> first = Optional.empty();
            for (int history = 0; history < 4; history++) {
                List<String> order = new ArrayList<>(edges.keySet());
                java.util.Collections.shuffle(order, random);
                TaskGraph graph = new TaskGraph(new Journal());
                boolean edgeByEdge = random.nextBoolean();
                long ordinal = 0;
                for (String id : order) {
                    graph.add(Task.added(id, TaskFields.DEFAULT, edgeByEdge ? List.of() : edges.get(id), ++ordinal, 1));
                }
                if (edgeByEdge) {
                    graph.findCycle();
                    for (String id : order) {
                        edges.get(id).forEach(dep -> graph.addDependency(id, dep));
                    }
                }
                Optional<List<String>> cycle = graph.findCycle();
                first = history == 0 ? cycle : first;
                assertThat(cycle).as("seed %d, round %d", seed, round).isEqualTo(first);
            }
        }
    }

    /** Edges in the worst order for keeping labels: each moves all that were moved before. */
    @Test
    void edgesInTheWorstOrder() {
        TaskGraph graph = new TaskGraph(new Journal());
        int n = 20_000;
        for (int i = 0; i < n; i++) {
            graph.add(Task.added("t" + i, TaskFields.DEFAULT, List.of(), i + 1, 1));
        }
        assertThat(graph.findCycle()).isEmpty();
        for (int i = 0; i + 1 < n; i++) {
            graph.addDependency("t" + i, "t" + (i + 1));
        }
        assertThat(graph.findCycle()).isEmpty();
        graph.addDependency("t" + (n - 1), "t0");
        assertThat(graph.findCycle().orElseThrow()).hasSize(n + 1);
    }

    private void change(TaskGraph graph, int ids, long[] ordinal) {
        String id = "t" + random.nextInt(ids);
        // The graph's callers refuse self-dependencies before they come here.
        String other = other(id, ids);
        Task t = graph.task(id);
        if (t == null) {
            List<String> deps = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                deps.add(other(id, ids));
            }
            graph.add(Task.added(id, TaskFields.DEFAULT, deps, ++ordinal[0], 1));
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> graph.remove(id);
            case 1 -> graph.update(t.ended(Status.DONE, null, null));
            case 2 -> graph.update(t.requeued());
            default -> {
                if (t.dependsOn().contains(other)) {
                    graph.removeDependency(id, other);
                } else {
                    graph.addDependency(id, other);
                }
            }
        }
    }

    private String other(String id, int ids) {
        String other = "t" + random.nextInt(ids);
        return other.equals(id) ? other(id, ids) : other;
    }

    private static boolean hasGap(TaskGraph graph) {
        return graph.tasks().stream().anyMatch(t -> t.dependsOn().stream().anyMatch(d -> graph.task(d) == null));
    }

    /** Takes away what waits for nothing; a cycle is what stays. */
    private static boolean cyclic(TaskGraph graph) {
        Map<String, Set<String>> left = new HashMap<>();
        graph.tasks().forEach(t -> left.put(t.id(), new HashSet<>(t.dependsOn())));
        ArrayDeque<String> free = new ArrayDeque<>();
        left.forEach((id, deps) -> {
            if (deps.isEmpty()) {
                free.add(id);
            }
        });
        while (!free.isEmpty()) {
            String id = free.remove();
            left.remove(id);
            left.forEach((other, deps) -> {
                if (deps.remove(id) && deps.isEmpty()) {
                    free.add(other);
                }
            });
        }
        return !left.isEmpty();
    }

    private static void assertPath(TaskGraph graph, List<String> path, String where) {
        assertThat(path).as(where).hasSizeGreaterThan(1);
        assertThat(path.get(0)).as(where).isEqualTo(path.get(path.size() - 1));
        List<String> once = path.subList(0, path.size() - 1);
        assertThat(once).as(where).doesNotHaveDuplicates();
        assertThat(once.stream().sorted().findFirst()).as(where).contains(path.get(0));
        for (int i = 0; i + 1 < path.size(); i++) {
            assertThat(graph.task(path.get(i)).dependsOn()).as(where).contains(path.get(i + 1));
        }
    }
}
