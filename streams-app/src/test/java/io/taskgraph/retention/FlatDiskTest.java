package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.replay.ReplayReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Given a broker on which runs come and go, when their keeper passes, then the disk stays flat and replay goes on agreeing. */
@Timeout(240)
class FlatDiskTest {
    private static final String POLICY = """
            name: test
            flags: {mutable_graph: true, trace_replay: true}
            caps: {max_runtime: 0s, worker_timeout: 0s, start_timeout: 24h}
            retention: {age: 1h, finished: 2h}
            """;
    private static final int ROUNDS = 12;
    private static final int RUNS_A_ROUND = 10;
    private static final int PAYLOAD = 60_000;
    private static final long MIB = 1024 * 1024;
    /** What two hours come to, on the log, its inputs and in snapshots, and a segment of each that Kafka does not touch. */
    private static final long BOUND = 16 * MIB;

    /** The smallest segments that Kafka allows, looked at often. */
    private static final Map<String, String> SMALL = Map.of(
            "log.segment.bytes", "1048576",
            "log.retention.check.interval.ms", "100",
            "log.initial.task.delay.ms", "100",
            "log.cleaner.backoff.ms", "100",
            "log.cleaner.min.cleanable.ratio", "0.01",
            "log.cleaner.delete.retention.ms", "0");

    @Test
    void theDiskStaysFlatWhileRunsComeAndGo() {
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedOptions.brokerOnly().withBrokerSettings(SMALL));
                Plane plane = new Plane(cluster, "flat.", 1, Map.of());
                Keeper keeper = Keeper.open(plane.source, () -> plane.now);
                KafkaSteps steps = plane.steps()) {
            plane.payload = "x".repeat(PAYLOAD);
            long written = 0;
            for (int round = 0; round < ROUNDS; round++) {
                // given
                for (int i = 0; i < RUNS_A_ROUND; i++) {
                    String run = "run-" + round + "-" + i;
                    plane.create(run, POLICY, "a", "b");
                    plane.finish(run, "a");
                    plane.finish(run, "b");
                    // on its topic, in its decision, in its snapshot
                    written += 3L * 2 * PAYLOAD;
                }
                plane.now += 3_600_000;
                // when
                RetentionReport report = keeper.pass(steps, left -> {});
                // then
                assertThat(report.problems()).isEmpty();
                ReplayReport replayed = plane.replay();
                assertThat(replayed.firstDivergence()).as("round %d", round).isEmpty();
                assertThat(replayed.runs()).hasSizeLessThanOrEqualTo(2 * RUNS_A_ROUND);
                awaitAtMost(BOUND, plane);
            }
            assertThat(written).isGreaterThan(2 * BOUND);
        }
    }

    /** The broker deletes when it gets round to it. */
    private static void awaitAtMost(long bound, Plane plane) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long size = size(plane);
        while (size > bound) {
            assertThat(System.nanoTime() - end)
                    .as("%d bytes on the disk, more than %d", size, bound)
                    .isNegative();
            size = size(plane);
        }
    }

    private static long size(Plane plane) {
        Set<String> counted = Set.of(
                plane.topics.decisions().name(),
                plane.topics.mutations().name(),
                plane.topics.reports().name(),
                plane.topics.snapshots().name());
        try {
            return plane.admin().describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                    .flatMap(dirs -> dirs.values().stream())
                    .flatMap(dir -> dir.replicaInfos().entrySet().stream())
                    .filter(e -> counted.contains(e.getKey().topic()))
                    .mapToLong(e -> e.getValue().size())
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
