package io.taskgraph.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.app.ControlPlane;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W1 as it is measured, but small: what is asserted is that the work was done and the log proves it, not how fast. */
class W1SmokeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int RUNS = 12;

    private static final BenchSettings SETTINGS = new BenchSettings(
            List.of(Variant.parse("bench"), Variant.parse("bench-full+heartbeats+mail")),
            5,
            1,
            1,
            2,
            RUNS,
            2_000,
            1_000,
            2,
            2,
            2,
            50,
            1,
            "",
            Map.of(),
            Map.of());

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start(SETTINGS.partitions(), SETTINGS.broker());
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void worksOffItsRunsOneByOneAndTogetherAndReplaysToTheSameState() {
        // given a control plane, and workers in a process of their own
        try (ControlPlane plane = site.controlPlane(SETTINGS);
                WorkerProcess worker = WorkerProcess.start(site, SETTINGS);
                Load alone = new Load(site, "alone", SETTINGS.variants().get(0));
                LeadReader lead = new LeadReader(site);
                Load together = new Load(site, "together", SETTINGS.variants().get(1))) {
            // when runs are worked off
            worker.measureHops();
            alone.oneByOne(RUNS, PATIENCE);
            double[] hops = worker.hops();
            together.drive(SETTINGS.inFlight(), Duration.ofSeconds(1));
            together.drain(PATIENCE);

            // then all of each is done, and each dependent's way was measured
            assertThat(alone.completed()).isEqualTo(RUNS);
            assertThat(alone.tasks()).isEqualTo((long) RUNS * W1.TASKS);
            assertThat(hops).hasSize(RUNS * (W1.TASKS - W1.WAVES[0]));
            assertThat(together.completed()).isEqualTo(together.submitted()).isPositive();
            assertThat(lead.messages()).as("mail that was read").isPositive();

            // and when hops are measured once more under heartbeats, those are sent and read
            try (HeartbeatFlood flood = new HeartbeatFlood(site, "bench", SETTINGS.heartbeats())) {
                Percentiles flooded = Measurement.hops(site, SETTINGS, worker, "flooded");
                HeartbeatFlood.Result result = flood.end(Site.APPLICATION);
                assertThat(flooded.count()).isEqualTo(hops.length);
                assertThat(result.perSecond()).isPositive();
                assertThat(result.behind()).isNotNegative();
            }
            assertThat(plane.isRunning()).isTrue();
        }
        // and the log says the same as the stores and the summaries
        ReplayReport report = Replay.all(
                new ReplaySource(site.bootstrap(), site.registryUrl(), site.topics(), "taskgraph", Map.of()),
                Replay.Progress.NONE);
        assertThat(report.firstDivergence()).isEmpty();
        assertThat(report.runs()).hasSizeGreaterThan(RUNS);
    }

    @ParameterizedTest
    @EnumSource
    void measuresTheLimitOnTheSameBroker(Limit.Store store) {
        Limit.Result limit = Limit.measure(site, SETTINGS, store, "test");

        assertThat(limit.records()).isBetween(1L, (long) SETTINGS.limitRecords());
    }

    @Test
    void takesPercentilesByNearestRank() {
        double[] hundred = new double[100];
        for (int i = 0; i < hundred.length; i++) {
            hundred[i] = 100 - i;
        }

        assertThat(Percentiles.of(hundred)).isEqualTo(new Percentiles(100, 50, 90, 99, 100));
        assertThat(Percentiles.of(new double[0])).isEqualTo(new Percentiles(0, 0, 0, 0, 0));
    }
}
