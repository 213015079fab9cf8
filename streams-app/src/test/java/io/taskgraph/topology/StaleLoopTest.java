package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.WorkerLost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stale loop, closed: thousands of busy workers of one run send heartbeats, some fall silent, and the commands that follow
 * go out within a second past the limit, on a manual clock. With as many as the issue says:
 * {@code -Dtaskgraph.stale.workers=10000}; one seed again: {@code -Dtaskgraph.seed=…}.
 */
class StaleLoopTest {
    private static final int WORKERS = Integer.getInteger("taskgraph.stale.workers", 1_000);
    private static final long STALENESS = 30_000;
    private static final int TICK = 100;
    /** How often a worker sends, in ticks. */
    private static final int BEAT = 100;

    private static final String POLICY = """
            name: many
            flags: {mutable_graph: true, reconcile: true}
            caps: {max_tasks: 20000, max_workers: 10000, max_patch_operations: 1000, heartbeat_staleness: 30s,
              start_timeout: 1h, worker_timeout: 0s, max_runtime: 0s, reconcile_cooldown: 0s}
            """;

    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);
    private final Set<String> lost = new TreeSet<>();
    private final Map<String, Long> cancelled = new HashMap<>();
    private int decisions;

    @Test
    void commandsGoOutWithinASecondPastTheLimitAndTheMetricSaysSo(@TempDir Path dir) {
        try (TopologyFixture f = new TopologyFixture(dir, 1_000_000)) {
            busy(f, WORKERS);
            Set<String> silent = new TreeSet<>();
            Map<String, Integer> silentFrom = new HashMap<>();
            for (int i = 0; i < WORKERS / 50; i++) {
                String worker = "w" + random.nextInt(WORKERS);
                silent.add(worker);
                silentFrom.put(worker, random.nextInt(300));
            }
            for (int tick = 0; tick < 900; tick++) {
                f.advance(Duration.ofMillis(TICK));
                for (int w = tick % BEAT; w < WORKERS; w += BEAT) {
                    if (silentFrom.getOrDefault("w" + w, Integer.MAX_VALUE) > tick) {
                        f.heartbeats.pipeInput("r", f.heartbeat("r", "w" + w, "t" + w, 1, null));
                    }
                }
                read(f);
            }
            assertThat(lost).as("seed %s", seed).isEqualTo(silent);
            assertThat(cancelled.keySet()).as("seed %s", seed).isEqualTo(silent);
            assertThat(decisions)
                    .as("of those that are heard no timer leaves a decision")
                    .isLessThanOrEqualTo(silent.size());
            assertThat(metric(f, "workers-lost-total")).isEqualTo(silent.size());
            assertThat(metric(f, "stale-to-command-ms-max")).as("seed %s", seed).isBetween(0.0, 2.0 * TICK);
        }
    }

    @Test
    void givenMoreSilentThanOneDecisionTakes_thenTheOthersFollowInTheSameTick(@TempDir Path dir) {
        try (TopologyFixture f = new TopologyFixture(dir, 1_000_000)) {
            // given 1,000 workers, of whom a decision takes 500
            busy(f, 1_000);
            f.advance(Duration.ofMillis(STALENESS - TICK));
            read(f);
            assertThat(lost).isEmpty();

            // when all are silent for too long
            f.advance(Duration.ofMillis(TICK));
            read(f);

            // then two decisions of one tick say so
            assertThat(lost).hasSize(1_000);
            assertThat(cancelled.keySet()).isEqualTo(lost);
            assertThat(decisions).isEqualTo(2);
        }
    }

    private void busy(TopologyFixture f, int workers) {
        f.publish(POLICY);
        f.mutations.pipeInput("r", f.create("r", "many"));
        for (int from = 0; from < workers; from += 1_000) {
            List<Operation> tasks = new ArrayList<>();
            for (int i = from; i < Math.min(workers, from + 1_000); i++) {
                tasks.add(f.addTask("t" + i));
            }
            f.mutations.pipeInput("r", f.patch("r", "tasks" + from, tasks.toArray(Operation[]::new)));
        }
        for (int i = 0; i < workers; i++) {
            f.reports.pipeInput("r", f.started("r", "w" + i, "t" + i, 1));
        }
        assertThat(f.decisions.readValuesToList())
                .as("all are taken up")
                .filteredOn(d -> d.getFacts().stream().anyMatch(fact -> fact.getTaskStarted() != null))
                .hasSize(workers);
        f.commands.readValuesToList();
        f.signals.readValuesToList();
    }

    private void read(TopologyFixture f) {
        for (Decision d : f.decisions.readValuesToList()) {
            decisions++;
            for (Fact fact : d.getFacts()) {
                WorkerLost l = fact.getWorkerLost();
                if (l != null) {
                    lost.add(l.getWorkerId());
                    long past =
                            d.getDecidedAt().toEpochMilli() - l.getLastHeardAt().toEpochMilli() - STALENESS;
                    assertThat(past).as("of %s, seed %s", l, seed).isBetween(0L, 2L * TICK);
                }
            }
        }
        for (Command c : f.signals.readValuesToList()) {
            cancelled.put(c.getWorkerId(), c.getIssuedAt().toEpochMilli());
        }
        f.commands.readValuesToList();
        f.summaries.readValuesToList();
    }

    private static double metric(TopologyFixture f, String name) {
        return f.driver.metrics().entrySet().stream()
                .filter(m -> m.getKey().group().equals(LoopMetrics.GROUP)
                        && m.getKey().name().equals(name))
                .mapToDouble(m -> ((Number) m.getValue().metricValue()).doubleValue())
                .findFirst()
                .orElseThrow();
    }
}
