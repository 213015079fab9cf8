package io.taskgraph.gates;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which runs are looked at; each of them whole, for what a cap was at and who held a lease follows from the beginning.
 *
 * @param runs these; empty: all
 * @param since those that something was decided of at that time or later; null: whenever
 */
public record Window(Set<String> runs, Instant since) {
    /** Every run of the log. */
    public static final Window ALL = new Window(Set.of(), null);

    /** Keeps the runs in order. */
    public Window {
        runs = new TreeSet<>(runs);
    }

    boolean takes(String runId, long lastDecidedAt) {
        return (runs.isEmpty() || runs.contains(runId)) && (since == null || lastDecidedAt >= since.toEpochMilli());
    }

    /** In words. */
    public String words() {
        String which = runs.isEmpty() ? "all runs" : "run" + (runs.size() == 1 ? " " : "s ") + String.join(", ", runs);
        return since == null ? which : which + " decided on since " + since;
    }
}
