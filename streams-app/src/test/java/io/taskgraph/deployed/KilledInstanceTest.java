package io.taskgraph.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.client.Patch;
import io.taskgraph.client.TaskHandler;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;

/** An instance that dies half-way takes nothing with it and repeats nothing. */
@Tag("docker")
@Testcontainers(disabledWithoutDocker = true)
class KilledInstanceTest {
    private static final int RUNS = 12;
    private static final int TASKS = 20;
    /** For a machine that is busy with other things. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @BeforeEach
    void imagesAreHere() {
        Images.assumeAvailable();
        Images.assumePackaged();
    }

    @Test
    void givenTwoInstancesAtWork_whenOneIsKilled_thenTheOtherFinishesAndTheLogIsWhole() throws Exception {
        // given
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        TaskHandler handler = task -> {
            if (begun.incrementAndGet() > RUNS * TASKS / 2) {
                half.countDown();
                killed.await();
            }
            return "done by " + task.workerId();
        };
        Map<String, Patch> graphs = new LinkedHashMap<>();
        IntStream.range(0, RUNS).forEach(i -> graphs.put("run-" + i, Team.twentyTasks()));
        try (DeployedCluster cluster = DeployedCluster.start();
                Team team = new Team(cluster.bootstrap(), cluster.registryUrl(), 2, handler);
                DecisionLog log = new DecisionLog(cluster.bootstrap(), cluster.registryUrl())) {
            cluster.awaitSharedWork(PATIENCE);
            team.submit(graphs);

            // when
            assertThat(half.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("half of the tasks are done")
                    .isTrue();
            cluster.killFirstInstance();
            killed.countDown();

            // then
            try {
                log.awaitCompletion(graphs.keySet(), PATIENCE);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + cluster.logs(), e);
            }
            assertThat(log.partitions()).as("partitions of both instances").containsExactly(0, 1, 2, 3);
            for (String runId : graphs.keySet()) {
                log.assertUnbroken(runId);
                log.assertEachCompletedOnce(runId, Team.twentyTaskIds());
            }
            ReplayReport replay = cluster.replay();
            assertThat(replay.firstDivergence()).isEmpty();
            assertThat(replay.runs())
                    .hasSameSizeAs(graphs.keySet())
                    .allMatch(RunVerdict::comparedWithLive)
                    .allMatch(RunVerdict::comparedWithSummary);
        }
    }
}
