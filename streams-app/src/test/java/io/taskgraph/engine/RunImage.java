package io.taskgraph.engine;

import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a run holds, as a value: two runs with equal images go on equally. */
record RunImage(
        RunIdentity identity,
        RunHeader header,
        String lastHash,
        String stateDigest,
        List<Task> tasks,
        List<String> ready,
        Map<Status, Integer> counts,
        List<Integer> sizes,
        Map<String, List<String>> dependents,
        Map<String, Integer> unmet,
        List<String> leases,
        List<Answer> answers,
        Map<String, ?> tables,
        int entryCount) {

    static RunImage of(Run run) {
        TaskGraph g = run.graph();
        EnumMap<Status, Integer> counts = new EnumMap<>(Status.class);
        for (Status s : Status.values()) {
            counts.put(s, g.count(s));
        }
        TreeMap<String, List<String>> dependents = new TreeMap<>();
        TreeMap<String, Integer> unmet = new TreeMap<>();
        for (Task t : g.tasks()) {
            dependents.put(t.id(), g.dependents(t.id()));
            unmet.put(t.id(), g.unmet(t.id()));
        }
        return new RunImage(
                run.identity(),
                run.header(),
                HexFormat.of().formatHex(run.lastHash()),
                HexFormat.of().formatHex(run.stateDigest()),
                g.tasks(),
                g.ready().stream().map(Task::id).toList(),
                counts,
                List.of(g.size(), g.liveSize(), g.unfinished(), g.inFlight()),
                dependents,
                unmet,
                run.leases().all(),
                run.answers(),
                run.tables().image(),
                run.entryCount());
    }
}
