package io.taskgraph.benchmarks;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.client.PolicyPublisher;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.schemas.Topic;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The stale loop by the clock, on a real broker: many busy workers are heard once a second, some fall silent, and what is
 * measured is how long after the limit whoever reads the topics has the commands that follow. The limit has passed when
 * {@code heartbeat_staleness} has, from the time of the record of the worker's last heartbeat.
 */
final class Staleness implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(5);
    /** How long is looked for more commands when all that were waited for have come. */
    private static final long SETTLED_MILLIS = 3_000;

    private static final String POLICY = "bench-stale";

    /**
     * Who is measured.
     *
     * @param workers busy at the beginning of a round
     * @param runs that they are spread over
     * @param silent how many of them fall silent, by round
     * @param limitMillis the policy's {@code heartbeat_staleness}
     * @param warmUp whether a round goes before that does not count
     */
    record Plan(int workers, int runs, List<Integer> silent, int limitMillis, boolean warmUp) {
        Plan {
            silent = List.copyOf(silent);
            if (workers < 1 || runs < 1 || runs > workers) {
                throw new BenchException("--stale " + workers + " --stale-runs " + runs
                        + ": give at least one run, and at least as many workers as runs.");
            }
            for (int n : silent) {
                if (n < 1 || n > workers) {
                    throw new BenchException(
                            "--silent " + n + ": give 1 to " + workers + ", which is how many workers --stale names.");
                }
            }
        }
    }

    /**
     * One round. Milliseconds are counted from when the limit had passed, but for {@code heardMillis}.
     *
     * @param heardMillis from a last heartbeat's record to when the control plane had read it: its own clock for that
     *     worker begins so much later
     * @param decidedMillis to the decision that says that the worker is lost
     * @param cancelMillis to when the consumer had the command to the lost worker
     * @param dispatchMillis to when the consumer had the dispatch of its task to another; fewer where a burst slows them
     * @param metricMaxMillis what the control plane's own metric, {@code stale-to-command-ms-max}, says: the most within
     *     the last minute
     * @param degradedRuns runs that found themselves degraded
     * @param livingTouched workers that were heard and were found lost or sent a cancel all the same
     * @param load the machine's load average of the last minute
     */
    record Round(
            int workers,
            int runs,
            int silent,
            int limitMillis,
            Percentiles heardMillis,
            Percentiles decidedMillis,
            Percentiles cancelMillis,
            Percentiles dispatchMillis,
            double metricMaxMillis,
            int degradedRuns,
            int livingTouched,
            double load) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,d of %,d busy workers in %d runs silent, limit %,d ms; load %.1f%n"
                            + "  past the limit: %s%n"
                            + "                  %s%n"
                            + "                  %s%n"
                            + "  %s%n"
                            + "  metric stale-to-command-ms-max %.0f; %d runs degraded; %d of the living lost or cancelled",
                    silent,
                    workers,
                    runs,
                    limitMillis,
                    load,
                    line("decided", decidedMillis),
                    line("cancel", cancelMillis),
                    line("dispatch", dispatchMillis),
                    line("last heartbeat to its reading:", heardMillis),
                    metricMaxMillis,
                    degradedRuns,
                    livingTouched);
        }

        private static String line(String what, Percentiles p) {
            return String.format(
                    Locale.ROOT,
                    "%-8s %,9d, p50 %5.0f ms, p90 %5.0f, p99 %5.0f, max %5.0f",
                    what,
                    p.count(),
                    p.p50(),
                    p.p90(),
                    p.p99(),
                    p.max());
        }
    }

    private final Site site;
    private final Plan plan;
    private final CommittedRecords<Command> dispatches;
    private final CommittedRecords<Command> signals;
    private final CommittedRecords<Decision> decisions;

    private BusyTeam team;
    private int started;
    private int offered;
    private int degraded;
    private final Set<Integer> silent = new HashSet<>();
    private final Set<Integer> touched = new HashSet<>();
    private final Map<Integer, long[]> lost = new HashMap<>();
    private final Map<Integer, Long> cancelled = new HashMap<>();
    private final Map<Integer, Long> again = new HashMap<>();

    private Staleness(Site site, Plan plan) {
        this.site = site;
        this.plan = plan;
        dispatches = new CommittedRecords<>(site, site.topics().commands());
        signals = new CommittedRecords<>(site, site.topics().signals());
        decisions = new CommittedRecords<>(site, site.topics().decisions());
    }

    /** Measures each round with a team of its own, after one that does not count: it is worked off by code not compiled yet. */
    static List<Round> measure(Plan plan, BenchSettings settings, Consumer<String> step) {
        try (Site site = Site.start(settings.partitions(), settings.broker())) {
            publish(site, plan);
            List<Round> rounds = new ArrayList<>();
            try (var plane = site.controlPlane(settings);
                    Staleness staleness = new Staleness(site, plan)) {
                if (plan.warmUp()) {
                    step.accept("warming up");
                    staleness.round("warm-up", plan.silent().get(0));
                }
                for (int i = 0; i < plan.silent().size(); i++) {
                    step.accept(plan.silent().get(i) + " of " + plan.workers() + " workers fall silent");
                    rounds.add(staleness.round("round-" + i, plan.silent().get(i)));
                }
            }
            return rounds;
        }
    }

    /** All of {@code bench-full}, with room for the workers in caps and budgets, and that limit. */
    private static void publish(Site site, Plan plan) {
        int most = (plan.workers() + plan.runs() - 1) / plan.runs();
        Policy policy = Presets.parse("""
                name: %s
                extends: bench-full
                caps: {max_tasks: %d, max_workers: %d, heartbeat_staleness: %dms, start_timeout: 1h, worker_timeout: 1h}
                budgets: {task: {tokens: 1000, cost: "0.10", time: 6m}}
                """.formatted(POLICY, most, most, plan.limitMillis()));
        PolicyProfile profile =
                new PolicyProfile(policy.name(), policy.version(), policy.document(), Map.of(), Instant.now(), "bench");
        Topic<PolicyProfile> topic = site.topics().policies();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, site.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic.name(),
                            PolicyPublisher.keyOf(profile).getBytes(StandardCharsets.UTF_8),
                            site.registry().serializer(topic).write(profile)))
                    .get();
        } catch (ExecutionException e) {
            throw new BenchException(
                    "The policy cannot be published: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted.");
        }
    }

    private Round round(String name, int count) {
        forget();
        try (BusyTeam t = new BusyTeam(site, name, plan.runs(), plan.workers())) {
            team = t;
            t.create(POLICY);
            await("tasks are dispatched", () -> offered == t.size());
            t.start();
            await("workers are at work", () -> started == t.size());
            // Each has been looked at once and found well before any falls silent.
            listen(2L * plan.limitMillis());
            silent.addAll(anyOf(t.size(), count));
            t.silence(List.copyOf(silent));
            await(
                    "silent workers are cancelled",
                    () -> lost.keySet().containsAll(silent)
                            && cancelled.keySet().containsAll(silent));
            listen(SETTLED_MILLIS);
            return figures();
        }
    }

    /** So many of the workers, the same in each measurement, from all runs and at all times of the second. */
    private static List<Integer> anyOf(int workers, int count) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, workers).boxed().toList());
        Collections.shuffle(all, new Random(count));
        return all.subList(0, count);
    }

    private void forget() {
        started = 0;
        offered = 0;
        degraded = 0;
        silent.clear();
        touched.clear();
        lost.clear();
        cancelled.clear();
        again.clear();
    }

    private void await(String what, BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new BenchException("Not all " + what + " after " + PATIENCE.toSeconds() + " seconds: " + offered
                        + " tasks dispatched, " + started + " workers at work, " + lost.size() + " of " + silent.size()
                        + " found lost, " + cancelled.size() + " cancelled.");
            }
            read();
        }
    }

    private void listen(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() - end < 0) {
            read();
        }
    }

    private void read() {
        signals.read(POLL, (c, at) -> {
            int worker = team.owns(c.getRunId()) && c.getCancel() != null ? team.index(c.getWorkerId()) : -1;
            if (worker >= 0) {
                cancelled.putIfAbsent(worker, at);
                touch(worker);
            }
        });
        dispatches.read(POLL, (c, at) -> {
            if (team.owns(c.getRunId()) && c.getDispatch() != null) {
                if (c.getDispatch().getAttempt() == 1) {
                    offered++;
                } else {
                    again.putIfAbsent(
                            Integer.parseInt(c.getDispatch().getTaskId().substring(1)), at);
                }
            }
        });
        decisions.read(Duration.ZERO, (d, at) -> {
            if (team.owns(d.getRunId())) {
                d.getFacts().forEach(f -> take(d, f));
            }
        });
    }

    private void take(Decision d, Fact f) {
        if (f.getTaskStarted() != null) {
            started++;
        } else if (f.getRunDegraded() != null) {
            degraded++;
        } else if (f.getWorkerLost() != null) {
            int worker = team.index(f.getWorkerLost().getWorkerId());
            lost.put(worker, new long[] {
                f.getWorkerLost().getLastHeardAt().toEpochMilli(),
                d.getDecidedAt().toEpochMilli()
            });
            touch(worker);
        }
    }

    private void touch(int worker) {
        if (!silent.contains(worker)) {
            touched.add(worker);
        }
    }

    private Round figures() {
        return new Round(
                plan.workers(),
                plan.runs(),
                silent.size(),
                plan.limitMillis(),
                Percentiles.of(silent.stream()
                        .mapToDouble(w -> lost.get(w)[0] - team.heardAt(w))
                        .toArray()),
                Percentiles.of(silent.stream()
                        .mapToDouble(w -> past(w, lost.get(w)[1]))
                        .toArray()),
                Percentiles.of(silent.stream()
                        .mapToDouble(w -> past(w, cancelled.get(w)))
                        .toArray()),
                Percentiles.of(again.entrySet().stream()
                        .filter(e -> silent.contains(e.getKey()))
                        .mapToDouble(e -> past(e.getKey(), e.getValue()))
                        .toArray()),
                metricMax(),
                degraded,
                touched.size(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private double past(int worker, long at) {
        return at - team.heardAt(worker) - plan.limitMillis();
    }

    private static double metricMax() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        double most = 0;
        try {
            for (ObjectName task : beans.queryNames(new ObjectName("kafka.streams:type=taskgraph-loop,*"), null)) {
                double max = ((Number) beans.getAttribute(task, "stale-to-command-ms-max")).doubleValue();
                most = Double.isNaN(max) ? most : Math.max(most, max);
            }
        } catch (JMException e) {
            throw new BenchException("The control plane's metrics cannot be read: " + e.getMessage());
        }
        return most;
    }

    @Override
    public void close() {
        dispatches.close();
        signals.close();
        decisions.close();
    }
}
