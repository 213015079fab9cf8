package io.taskgraph.gates;

import io.taskgraph.replay.ReplayReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;

/**
 * Safety KPIs over the runs of a window.
 *
 * @param bounds name of what they were compared with
 * @param window which runs
 * @param runs how many
 * @param values one a KPI, in their order
 * @param counts what they were made of, refusals by their codes among it
 */
public record KpiReport(String bounds, Window window, int runs, List<Value> values, SortedMap<String, Long> counts) {
    /** How a KPI stands to its bound. */
    public enum Standing {
        /** Within its bound. */
        OK,
        /** Somebody should look. */
        WARNS,
        /** Nothing is released. */
        BLOCKS,
        /** There was nothing to measure. */
        NOT_OBSERVED,
        /** No bound was given. */
        NOT_BOUNDED
    }

    /**
     * One KPI.
     *
     * @param value what it came to; empty: there was nothing to measure
     * @param bound what it may come to, or null
     */
    public record Value(Kpi kpi, OptionalDouble value, KpiBounds.Bound bound) {
        /** How it stands. */
        public Standing standing() {
            if (value.isEmpty()) {
                return Standing.NOT_OBSERVED;
            }
            if (bound == null) {
                return Standing.NOT_BOUNDED;
            }
            double v = value.getAsDouble();
            return v > bound.most() ? Standing.BLOCKS : v > bound.warn() ? Standing.WARNS : Standing.OK;
        }
    }

    /** Hears what KPIs are made of. */
    public static Audit audit() {
        return Audit.of(List.of(new SafetyAccount()));
    }

    /**
     * Measures.
     *
     * @param audit has heard the log to its end
     */
    public static KpiReport of(KpiBounds bounds, Audit audit, ReplayReport replay, Window window) {
        List<String> runs = audit.runs(window);
        Set<String> in = new HashSet<>(runs);
        Tally t = audit.tallies(window).get(new SafetyAccount().id());
        t.add(
                "divergences",
                replay.runs().stream()
                        .filter(r -> in.contains(r.runId()) && !r.agrees())
                        .count());
        List<Value> values = new ArrayList<>();
        for (Kpi kpi : Kpi.values()) {
            values.add(new Value(kpi, kpi.measure(t), bounds.bounds().get(kpi)));
        }
        return new KpiReport(bounds.name(), window, runs.size(), values, t.counts());
    }

    /** Whether anything is beyond its bound. */
    public boolean blocks() {
        return values.stream().anyMatch(v -> v.standing() == Standing.BLOCKS);
    }
}
