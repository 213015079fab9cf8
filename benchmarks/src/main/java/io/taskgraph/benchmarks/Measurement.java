package io.taskgraph.benchmarks;

import io.taskgraph.app.ControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One measurement of everything on one broker: the limit, then W1 at saturation and one run at a time, then the limit
 * again, so that W1 stands between two looks at what the machine gives at that time. Only their ratio means something, and
 * only of compiled code: the limit is worked off once before it counts, and W1 has its warm-up.
 */
final class Measurement {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /**
     * W1 at saturation.
     *
     * @param tasksPerSecond completions in the window
     * @param controlPlaneCpu CPU of this process (broker, control plane, load) in microseconds a task
     * @param workerCpu CPU of the worker process in microseconds a task
     */
    record Saturation(
            double tasksPerSecond,
            long tasks,
            double seconds,
            long retries,
            double controlPlaneCpu,
            double workerCpu) {}

    /** All of it. */
    record Result(
            BenchSettings settings,
            List<Limit.Result> limits,
            double limitRecordsPerSecond,
            Saturation saturation,
            Percentiles hopMillis) {
        /** Tasks a second to the limit's records a second. */
        double ratio() {
            return saturation.tasksPerSecond() / limitRecordsPerSecond;
        }

        /** The same of CPU: what the limit takes for a record to what W1 takes for a task, workers included. */
        double cpuRatio() {
            return limitCpu() / (saturation.controlPlaneCpu() + saturation.workerCpu());
        }

        /** CPU of the limit in microseconds a record. */
        double limitCpu() {
            return limits.stream().mapToDouble(Limit.Result::cpu).average().orElse(0);
        }
    }

    private Measurement() {}

    static Result take(BenchSettings settings, Consumer<String> progress) {
        try (Site site = Site.start(settings.partitions(), settings.broker())) {
            List<Limit.Result> limits = new ArrayList<>();
            progress.accept("limit, to warm up");
            Limit.measure(site, settings, "warm-up");
            progress.accept("limit, " + settings.limitRecords() + " records");
            limits.add(Limit.measure(site, settings, "before"));
            Percentiles hops;
            Saturation saturation;
            try (ControlPlane plane = site.controlPlane(settings);
                    WorkerProcess worker = WorkerProcess.start(site, settings)) {
                progress.accept("W1 at saturation, " + settings.inFlight() + " runs in flight");
                saturation = saturation(site, settings, worker);
                progress.accept("W1 one run at a time, " + settings.latencyRuns() + " runs");
                hops = hops(site, settings, worker);
                progress.accept(worker.stats());
            }
            progress.accept("limit, " + settings.limitRecords() + " records");
            limits.add(Limit.measure(site, settings, "after"));
            double limit = limits.stream()
                    .mapToDouble(Limit.Result::recordsPerSecond)
                    .average()
                    .orElse(0);
            return new Result(settings, limits, limit, saturation, hops);
        }
    }

    /** Hops of runs that are worked off one at a time. */
    static Percentiles hops(Site site, BenchSettings settings, WorkerProcess worker) {
        try (Load load = new Load(site, "latency")) {
            load.oneByOne(settings.latencyRuns() / 10, PATIENCE);
            worker.measureHops();
            load.oneByOne(settings.latencyRuns(), PATIENCE);
            return Percentiles.of(worker.hops());
        }
    }

    static Saturation saturation(Site site, BenchSettings settings, WorkerProcess worker) {
        try (Load load = new Load(site, "load")) {
            load.drive(settings.inFlight(), Duration.ofSeconds(settings.warmUpSeconds()));
            long before = load.tasks();
            long ours = Cpu.nanos();
            long theirs = worker.cpuNanos();
            long begun = System.nanoTime();
            load.drive(settings.inFlight(), Duration.ofSeconds(settings.windowSeconds()));
            double seconds = (System.nanoTime() - begun) / 1e9;
            long tasks = load.tasks() - before;
            ours = Cpu.nanos() - ours;
            theirs = worker.cpuNanos() - theirs;
            load.drain(PATIENCE);
            return new Saturation(
                    tasks / seconds, tasks, seconds, load.retries(), ours / 1e3 / tasks, theirs / 1e3 / tasks);
        }
    }
}
