package io.taskgraph.engine;

import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges a patch's result as a whole: nothing dangles, nothing is cyclic, the caps hold. Costs what the patch touched. */
final class PatchJudge {
    private final Deliberation d;
    private final TaskGraph graph;
    /** Ids that may be missing, and a task that depends on each; in the order in which the patch named them. */
    private final Map<String, String> needed = new LinkedHashMap<>();

    private final Set<String> removed = new LinkedHashSet<>();
    /** Tasks that were made to depend on themselves; a later operation may have taken that back. */
    private final Set<String> onThemselves = new LinkedHashSet<>();
    /** Tasks that may wait for something that has failed. */
    private final Set<String> waiting = new LinkedHashSet<>();

    PatchJudge(Deliberation d) {
        this.d = d;
        this.graph = d.run().graph();
    }

    void added(String id) {
        waiting.add(id);
        for (String dep : graph.task(id).dependsOn()) {
            dependsOn(id, dep);
        }
    }

    void dependsOn(String id, String dependency) {
        waiting.add(id);
        needed.putIfAbsent(dependency, id);
        if (id.equals(dependency)) {
            onThemselves.add(id);
        }
    }

    void removed(String id) {
        removed.add(id);
    }

    Rejection judge() {
        Rejection r = dangling();
        r = r == null ? selfish() : r;
        if (r == null) {
            Optional<List<String>> cycle = graph.findCycle();
            r = cycle.map(PatchJudge::cycle).orElse(null);
        }
        int cap = d.caps().maxTasks();
        if (r == null && graph.liveSize() > cap) {
            r = Refusal.capExceeded(
                    "max_tasks",
                    cap,
                    graph.liveSize(),
                    "use fewer tasks, go on in another run, or choose a policy that allows more");
        }
        int undoing = d.run().tables().compensations.size();
        if (r == null && undoing > d.caps().maxCompensatingTasks()) {
            r = Refusal.capExceeded(
                    "max_compensating_tasks",
                    d.caps().maxCompensatingTasks(),
                    undoing,
                    "leave what cannot be undone to an operator");
        }
        r = r == null ? oversized() : r;
        if (r == null) {
            endHopeless();
        }
        return r;
    }

    /** A task is stored as one record, with what it depends on: a decision that makes one too large is refused. */
    private Rejection oversized() {
        int limit = d.maxRecordBytes();
        for (String id : waiting) {
            Task t = graph.task(id);
            // Every id takes at least two bytes and at most 3 * 256 + 2.
            if (t == null || t.dependsOn().size() <= limit / 770) {
                continue;
            }
            long bytes = 0;
            for (String dep : t.dependsOn()) {
                bytes += 2 + dep.getBytes(StandardCharsets.UTF_8).length;
            }
            if (bytes > limit) {
                return Refusal.tooLarge(
                        "what task " + Texts.quoted(id) + " depends on",
                        limit,
                        bytes,
                        "put tasks between that join some");
            }
        }
        return null;
    }

    /** The shortest of cycles is found without a walk. */
    private Rejection selfish() {
        for (String id : onThemselves) {
            Task t = graph.task(id);
            if (t != null && t.dependsOn().contains(id)) {
                return cycle(List.of(id, id));
            }
        }
        return null;
    }

    private Rejection dangling() {
        for (String id : removed) {
            if (graph.isGap(id)) {
                List<String> dependents = graph.dependents(id);
                return Refusal.of(
                                RejectionCode.HAS_DEPENDENTS,
                                "task " + Texts.quoted(id) + " cannot be removed: " + dependents.size()
                                        + " depend on it, the first is " + Texts.quoted(dependents.get(0))
                                        + "; remove those dependencies in the same patch")
                        .with("task_id", id)
                        .with("dependents", dependents)
                        .build();
            }
        }
        for (Map.Entry<String, String> need : needed.entrySet()) {
            if (graph.isGap(need.getKey())) {
                String dependent = graph.dependents(need.getKey()).get(0);
                return Refusal.of(
                                RejectionCode.UNKNOWN_TASK,
                                "task " + Texts.quoted(dependent) + " depends on " + Texts.quoted(need.getKey())
                                        + ", which the run does not have")
                        .with("task_id", need.getKey())
                        .with("dependent", dependent)
                        .build();
            }
        }
        return null;
    }

    /** A task that waits for one that has failed or was cancelled can never run: it ends with it. */
    private void endHopeless() {
        for (String id : waiting) {
            Task t = graph.task(id);
            if (t == null || t.status().isTerminal()) {
                continue;
            }
            for (String dep : t.dependsOn()) {
                Task on = graph.task(dep);
                if (on.blocksDependentsForGood()) {
                    int dependents = graph.unfinishedDependents(id);
                    if (on.status() == Status.FAILED) {
                        d.emit(new TaskFailed(id, "dependency " + dep + " failed", Failures.ending(d.run(), t)));
                    } else {
                        d.emit(new TaskResolved(
                                id, TaskStatus.CANCELLED, "dependency " + dep + " was cancelled", dependents));
                    }
                    break;
                }
            }
        }
    }

    static Rejection cycle(List<String> path) {
        List<String> shown = path.size() <= 6 ? path : new ArrayList<>(path.subList(0, 5));
        return Refusal.of(
                        RejectionCode.CYCLE,
                        "the dependencies would form a cycle of length " + (path.size() - 1) + ": "
                                + String.join(
                                        " -> ",
                                        shown.stream().map(Texts::quoted).toList())
                                + (shown == path ? "" : " -> …")
                                + "; take one of them out")
                .with("path", path)
                .build();
    }
}
