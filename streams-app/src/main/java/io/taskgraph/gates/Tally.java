package io.taskgraph.gates;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an account has counted over all runs: named numbers, and the first few things that speak against. */
public final class Tally {
    /** So many objections are kept with their words; all are counted. */
    static final int KEPT = 10;

    /**
     * Something that speaks against, and where it is on record.
     *
     * @param sequence the decision, 0 if it is about the run as a whole
     * @param what one sentence without its full stop
     */
    public record Objection(String runId, long sequence, String what) {
        @Override
        public String toString() {
            return "run " + runId + (sequence == 0 ? "" : ", decision " + sequence) + ": " + what;
        }
    }

    private final SortedMap<String, Long> counts = new TreeMap<>();
    private final SortedMap<String, Durations> durations = new TreeMap<>();
    private final List<Objection> objections = new ArrayList<>();
    private long objected;

    void add(String name, long n) {
        counts.merge(name, n, Long::sum);
    }

    /** Keeps the greatest of what it is given. */
    void most(String name, long n) {
        counts.merge(name, n, Math::max);
    }

    void took(String name, Durations d) {
        durations.computeIfAbsent(name, n -> new Durations()).add(d);
    }

    /** Durations of that name; none if nothing was measured. */
    public Durations durations(String name) {
        return durations.getOrDefault(name, new Durations());
    }

    void object(Objection o) {
        objected++;
        if (objections.size() < KEPT) {
            objections.add(o);
        }
    }

    /** The number of that name, 0 if nothing was counted. */
    public long of(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** All numbers, by name. */
    public SortedMap<String, Long> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /** The first objections, at most {@value #KEPT}. */
    public List<Objection> objections() {
        return List.copyOf(objections);
    }

    /** How many objections there are. */
    public long objected() {
        return objected;
    }
}
