package io.taskgraph.benchmarks;

import io.taskgraph.app.ControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One measurement of everything on one broker: the limit, then W1 at saturation and one run at a time, then the limit
 * again, so that W1 stands between two looks at what the machine gives at that time. Only their ratio means something, and
 * only of compiled code: the limit is worked off once before it counts, and W1 has its warm-up.
 */
final class Measurement {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Load before each part, until the runs in flight are those of its variant. */
    private static final Duration CHANGE = Duration.ofSeconds(3);

    /**
     * W1 at saturation.
     *
     * @param tasksPerSecond completions in the window
     * @param controlPlaneCpu CPU of this process (broker, control plane, load) in microseconds a task
     * @param workerCpu CPU of the worker process in microseconds a task
     */
    record Saturation(
            double tasksPerSecond, long tasks, double seconds, long retries, double controlPlaneCpu, double workerCpu) {

        /** CPU of all processes in microseconds a task. */
        double cpu() {
            return controlPlaneCpu + workerCpu;
        }

        /** Both parts as one. */
        private Saturation and(Saturation o) {
            long all = tasks + o.tasks;
            double time = seconds + o.seconds;
            return new Saturation(
                    all / time,
                    all,
                    time,
                    retries + o.retries,
                    (controlPlaneCpu * tasks + o.controlPlaneCpu * o.tasks) / all,
                    (workerCpu * tasks + o.workerCpu * o.tasks) / all);
        }
    }

    /**
     * What the limit gave with one kind of store, before W1 and after it.
     */
    record Limits(Limit.Result before, Limit.Result after) {
        /** The mean of both. */
        double recordsPerSecond() {
            return (before.recordsPerSecond() + after.recordsPerSecond()) / 2;
        }

        /** CPU in microseconds a record, the mean of both. */
        double cpu() {
            return (before.cpu() + after.cpu()) / 2;
        }
    }

    /**
     * All of it.
     *
     * @param saturations by variant, in the order of the settings
     * @param flooded null: not measured
     */
    record Result(
            BenchSettings settings,
            Map<Limit.Store, Limits> limits,
            Map<Variant, Saturation> saturations,
            Percentiles hopMillis,
            Flooded flooded) {
        /** Of the first variant. */
        Saturation saturation() {
            return saturations.get(settings.variants().get(0));
        }

        /** Tasks a second to the limit's records a second. */
        double ratio(Limit.Store store) {
            return saturation().tasksPerSecond() / limits.get(store).recordsPerSecond();
        }

        /** The same of CPU: what the limit takes for a record to what W1 takes for a task, workers included. */
        double cpuRatio(Limit.Store store) {
            return limits.get(store).cpu() / saturation().cpu();
        }
    }

    /** Hops under a flood of heartbeats. */
    record Flooded(Percentiles hopMillis, HeartbeatFlood.Result heartbeats) {}

    private Measurement() {}

    static Result take(BenchSettings settings, Consumer<String> progress) {
        try (Site site = Site.start(settings.partitions(), settings.broker())) {
            limits(site, settings, "warm-up", progress);
            Map<Limit.Store, Limit.Result> before = limits(site, settings, "before", progress);
            Percentiles hops;
            Map<Variant, Saturation> saturations;
            Flooded flooded = null;
            try (ControlPlane plane = site.controlPlane(settings);
                    WorkerProcess worker = WorkerProcess.start(site, settings)) {
                progress.accept("W1 at saturation, " + settings.inFlight() + " runs in flight");
                saturations = saturations(site, settings, worker, progress);
                progress.accept("W1 one run at a time, " + settings.latencyRuns() + " runs");
                hops = hops(site, settings, worker, "latency");
                if (settings.heartbeats() > 0) {
                    progress.accept("the same under " + settings.heartbeats() + " heartbeats a second");
                    flooded = flooded(site, settings, worker);
                }
                progress.accept(worker.stats());
            }
            Map<Limit.Store, Limit.Result> after = limits(site, settings, "after", progress);
            Map<Limit.Store, Limits> limits = new EnumMap<>(Limit.Store.class);
            before.forEach((store, result) -> limits.put(store, new Limits(result, after.get(store))));
            return new Result(settings, limits, saturations, hops, flooded);
        }
    }

    private static Map<Limit.Store, Limit.Result> limits(
            Site site, BenchSettings settings, String when, Consumer<String> progress) {
        Map<Limit.Store, Limit.Result> limits = new EnumMap<>(Limit.Store.class);
        for (Limit.Store store : Limit.Store.values()) {
            Limit.Result limit = Limit.measure(site, settings, store, when);
            progress.accept(String.format(
                    Locale.ROOT,
                    "limit, %s, %s: %,.0f records/s, %.1f us a record",
                    store.name().toLowerCase(Locale.ROOT),
                    when,
                    limit.recordsPerSecond(),
                    limit.cpu()));
            limits.put(store, limit);
        }
        return limits;
    }

    /** Hops of runs that are worked off one at a time. */
    static Percentiles hops(Site site, BenchSettings settings, WorkerProcess worker, String name) {
        try (Load load = new Load(site, name, settings.variants().get(0))) {
            load.oneByOne(settings.latencyRuns() / 10, PATIENCE);
            worker.measureHops();
            load.oneByOne(settings.latencyRuns(), PATIENCE);
            return Percentiles.of(worker.hops());
        }
    }

    private static Flooded flooded(Site site, BenchSettings settings, WorkerProcess worker) {
        String preset = settings.variants().get(0).preset();
        try (HeartbeatFlood flood = new HeartbeatFlood(site, preset, settings.heartbeats())) {
            Percentiles hops = hops(site, settings, worker, "flooded");
            return new Flooded(hops, flood.end(Site.APPLICATION));
        }
    }

    private static Map<Variant, Saturation> saturations(
            Site site, BenchSettings settings, WorkerProcess worker, Consumer<String> progress) {
        List<Variant> variants = settings.variants();
        int turns = variants.size() == 1 ? 1 : settings.turns();
        Map<Variant, Saturation> all = new LinkedHashMap<>();
        try (Load load = new Load(site, "load", variants.get(0));
                LeadReader lead = variants.stream().anyMatch(Variant::mail) ? new LeadReader(site) : null) {
            // In turns, too: what is compiled for one variant alone is compiled again when the other comes.
            Duration warmUp = Duration.ofSeconds(settings.warmUpSeconds()).dividedBy((long) turns * variants.size());
            for (int turn = 0; turn < turns; turn++) {
                for (Variant variant : variants) {
                    load.variant(variant);
                    load.drive(settings.inFlight(), warmUp);
                }
            }
            for (int turn = 0; turn < turns; turn++) {
                // There and back, so that nobody always comes after the same one, or later in what drifts.
                List<Variant> order = new ArrayList<>(variants);
                if (turn % 2 == 1) {
                    Collections.reverse(order);
                }
                for (Variant variant : order) {
                    if (variants.size() > 1) {
                        load.variant(variant);
                        load.drive(settings.inFlight(), CHANGE);
                    }
                    Duration part = Duration.ofSeconds(settings.windowSeconds()).dividedBy(turns);
                    Saturation s = window(load, settings.inFlight(), part, worker);
                    progress.accept(String.format(
                            Locale.ROOT, "%s: %,.0f tasks/s, %.1f us a task", variant, s.tasksPerSecond(), s.cpu()));
                    all.merge(variant, s, Saturation::and);
                }
            }
            load.drain(PATIENCE);
            if (lead != null) {
                progress.accept("the leads read " + lead.messages() + " messages");
            }
        }
        return all;
    }

    private static Saturation window(Load load, int inFlight, Duration howLong, WorkerProcess worker) {
        long before = load.tasks();
        long retried = load.retries();
        long ours = Cpu.nanos();
        long theirs = worker.cpuNanos();
        long begun = System.nanoTime();
        load.drive(inFlight, howLong);
        double seconds = (System.nanoTime() - begun) / 1e9;
        long tasks = load.tasks() - before;
        ours = Cpu.nanos() - ours;
        theirs = worker.cpuNanos() - theirs;
        return new Saturation(
                tasks / seconds, tasks, seconds, load.retries() - retried, ours / 1e3 / tasks, theirs / 1e3 / tasks);
    }
}
