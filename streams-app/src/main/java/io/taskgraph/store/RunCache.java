package io.taskgraph.store;

import io.taskgraph.engine.Run;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hot runs, least recently used first, bounded by the sum of their entries; the latest run stays whatever its size. */
final class RunCache {
    private record Cached(Run run, int entries) {}

    private final LinkedHashMap<String, Cached> runs = new LinkedHashMap<>(16, 0.75f, true);
    private final int bound;
    private long entries;

    RunCache(int bound) {
        this.bound = bound;
    }

    Run get(String runId) {
        Cached c = runs.get(runId);
        return c == null ? null : c.run;
    }

    void put(Run run) {
        Cached now = new Cached(run, run.entryCount());
        Cached before = runs.put(run.runId(), now);
        entries += now.entries - (before == null ? 0 : before.entries);
        Iterator<Map.Entry<String, Cached>> oldest = runs.entrySet().iterator();
        while (entries > bound && runs.size() > 1) {
            entries -= oldest.next().getValue().entries;
            oldest.remove();
        }
    }

    void remove(String runId) {
        Cached c = runs.remove(runId);
        if (c != null) {
            entries -= c.entries;
        }
    }

    /** Sum of the entries of the runs that are held. */
    long entries() {
        return entries;
    }
}
