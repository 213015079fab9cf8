package io.taskgraph.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A measurement's result, for programs and for people. */
final class Figures {
    private Figures() {}

    /** In a fixed order, with units in the names. */
    static Map<String, Object> of(Measurement.Result r) {
        BenchSettings s = r.settings();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine());
        Map<String, Object> how = new LinkedHashMap<>();
        how.put("inFlight", s.inFlight());
        how.put("partitions", s.partitions());
        how.put("threads", s.threads());
        how.put("workerConcurrency", s.concurrency());
        how.put("workerBatch", s.batch());
        how.put("workerReaders", s.readers());
        how.put("streams", s.streams());
        how.put("broker", s.broker());
        all.put("settings", how);
        all.put("w1", w1(r.saturation()));
        Map<String, Object> presets = new LinkedHashMap<>();
        r.saturations().forEach((variant, w1) -> presets.put(variant.toString(), w1(w1)));
        all.put("w1ByPreset", presets);
        all.put("hopMillis", percentiles(r.hopMillis()));
        if (r.flooded() != null) {
            Map<String, Object> flooded = new LinkedHashMap<>();
            flooded.put("heartbeatsPerSecond", round(r.flooded().heartbeats().perSecond()));
            flooded.put("heartbeatsBehind", r.flooded().heartbeats().behind());
            flooded.put("behindMillis", round(r.flooded().heartbeats().behindMillis()));
            flooded.put("hopMillis", percentiles(r.flooded().hopMillis()));
            all.put("underHeartbeats", flooded);
        }
        Map<String, Object> limits = new LinkedHashMap<>();
        for (Limit.Store store : Limit.Store.values()) {
            Measurement.Limits both = r.limits().get(store);
            Map<String, Object> limit = new LinkedHashMap<>();
            limit.put("recordsPerSecond", round(both.recordsPerSecond()));
            limit.put("before", round(both.before().recordsPerSecond()));
            limit.put("after", round(both.after().recordsPerSecond()));
            limit.put("cpuMicrosPerRecord", round(both.cpu()));
            limit.put("ratio", Math.round(r.ratio(store) * 1e4) / 1e4);
            limit.put("cpuRatio", Math.round(r.cpuRatio(store) * 1e4) / 1e4);
            limits.put(store.name().toLowerCase(Locale.ROOT), limit);
        }
        all.put("limits", limits);
        return all;
    }

    private static Map<String, Object> percentiles(Percentiles of) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("count", of.count());
        all.put("p50", round(of.p50()));
        all.put("p90", round(of.p90()));
        all.put("p99", round(of.p99()));
        all.put("max", round(of.max()));
        return all;
    }

    private static Map<String, Object> w1(Measurement.Saturation s) {
        Map<String, Object> w1 = new LinkedHashMap<>();
        w1.put("tasksPerSecond", round(s.tasksPerSecond()));
        w1.put("tasks", s.tasks());
        w1.put("windowSeconds", round(s.seconds()));
        w1.put("retries", s.retries());
        w1.put("cpuMicrosPerTaskHere", round(s.controlPlaneCpu()));
        w1.put("cpuMicrosPerTaskWorkers", round(s.workerCpu()));
        return w1;
    }

    static String table(Measurement.Result r) {
        StringBuilder table = new StringBuilder(ofFirst(r));
        r.saturations().forEach((variant, w1) -> {
            if (w1 != r.saturation()) {
                table.append(String.format(
                        Locale.ROOT,
                        "%n%-23s %,10.0f tasks/s   (%.3f of %s; %.1f us here, %.1f us workers, %.3f of its CPU; %d retries)",
                        "under " + variant,
                        w1.tasksPerSecond(),
                        w1.tasksPerSecond() / r.saturation().tasksPerSecond(),
                        r.settings().variants().get(0),
                        w1.controlPlaneCpu(),
                        w1.workerCpu(),
                        w1.cpu() / r.saturation().cpu(),
                        w1.retries()));
            }
        });
        if (r.flooded() != null) {
            Percentiles hop = r.flooded().hopMillis();
            table.append(String.format(
                    Locale.ROOT,
                    "%nhop, under heartbeats   %10.1f ms p50, %.1f p90, %.1f p99, %.1f max (%,d hops); %,.0f heartbeats/s, %.0f ms behind",
                    hop.p50(),
                    hop.p90(),
                    hop.p99(),
                    hop.max(),
                    hop.count(),
                    r.flooded().heartbeats().perSecond(),
                    r.flooded().heartbeats().behindMillis()));
        }
        return table.toString();
    }

    private static String ofFirst(Measurement.Result r) {
        Measurement.Saturation w1 = r.saturation();
        Percentiles hop = r.hopMillis();
        return String.format(
                        Locale.ROOT,
                        "W1, %,d runs in flight   %,10.0f tasks/s   (%,d tasks in %.1f s, %d retries)%n",
                        r.settings().inFlight(),
                        w1.tasksPerSecond(),
                        w1.tasks(),
                        w1.seconds(),
                        w1.retries())
                + limit("limit", Limit.Store.PLAIN, r)
                + limit("limit, record cache", Limit.Store.CACHED, r)
                + String.format(
                        Locale.ROOT,
                        """
                        hop, one run at a time  %10.1f ms p50, %.1f p90, %.1f p99, %.1f max (%,d hops)
                        CPU a task              %10.1f us here, %.1f us workers""",
                        hop.p50(),
                        hop.p90(),
                        hop.p99(),
                        hop.max(),
                        hop.count(),
                        w1.controlPlaneCpu(),
                        w1.workerCpu());
    }

    private static String limit(String name, Limit.Store store, Measurement.Result r) {
        Measurement.Limits limit = r.limits().get(store);
        return String.format(
                Locale.ROOT,
                "%-23s %,10.0f records/s (%,.0f before, %,.0f after): ratio %.3f (%.3f of CPU)%n",
                name,
                limit.recordsPerSecond(),
                limit.before().recordsPerSecond(),
                limit.after().recordsPerSecond(),
                r.ratio(store),
                r.cpuRatio(store));
    }

    private static Map<String, Object> machine() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("processors", Runtime.getRuntime().availableProcessors());
        m.put("maxHeapMiB", Runtime.getRuntime().maxMemory() >> 20);
        m.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        m.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        return m;
    }

    private static double round(double x) {
        return Math.round(x * 10) / 10.0;
    }
}
