package io.taskgraph.store;

import io.taskgraph.avro.Phase;
import io.taskgraph.engine.Run;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hot runs, least recently used first, bounded by the sum of their entries; the latest run stays whatever its size. Runs
 * that have ended get a small part of the room: most are never asked for again, and where runs are short they would soon
 * be all there is, a heap full of them that the collector has to carry along.
 */
final class RunCache {
    /** One of so many parts of the room is for runs that have ended. */
    private static final int ENDED_PART = 64;

    private final Lru going;
    private final Lru ended;

    RunCache(int bound) {
        this.ended = new Lru(bound / ENDED_PART);
        this.going = new Lru(bound - bound / ENDED_PART);
    }

    Run get(String runId) {
        Run run = going.get(runId);
        return run == null ? ended.get(runId) : run;
    }

    void put(Run run) {
        boolean over = run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED;
        (over ? going : ended).remove(run.runId());
        (over ? ended : going).put(run);
    }

    void remove(String runId) {
        going.remove(runId);
        ended.remove(runId);
    }

    /** Sum of the entries of the runs that are held. */
    long entries() {
        return going.entries + ended.entries;
    }

    private static final class Lru {
        private record Cached(Run run, int entries) {}

        private final LinkedHashMap<String, Cached> runs = new LinkedHashMap<>(16, 0.75f, true);
        private final int bound;
        private long entries;

        Lru(int bound) {
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
    }
}
