package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Verdict;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers on a real broker, with commands written by hand. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(180)
class WorkerTest {
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static ControlPlaneByHand plane(EmbeddedCluster cluster) {
        return new ControlPlaneByHand(cluster, "worker-test-" + PREFIXES.incrementAndGet() + ".");
    }

    private static String kind(Report report) {
        return report.getTaskId() + "/" + report.getAttempt()
                + (report.getStarted() != null
                        ? " started"
                        : report.getSubmitted() != null
                                ? " submitted " + report.getSubmitted().getResult()
                                : report.getFailed() != null
                                        ? " failed " + report.getFailed().getError()
                                        : report.getUsageSoFar() != null ? " used" : " released");
    }

    private static List<String> kinds(List<Report> reports) {
        return reports.stream().map(WorkerTest::kind).toList();
    }

    @Test
    void commandsFromBeforeTheFirstWorkerAreDoneAndUndecidedOnesAreNot(EmbeddedCluster cluster) throws Exception {
        try (ControlPlaneByHand plane = plane(cluster)) {
            // Given commands that were written before there was any worker: committed, aborted, for others, committed
            plane.offer(plane.dispatch("run", "early", 1, "default"));
            plane.offer(false, plane.dispatch("run", "never-decided", 1, "default"));
            plane.offer(plane.dispatch("run", "for-painters", 1, "painter"));

            // When the first one comes
            try (Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .startedDelay(Duration.ofSeconds(10))
                    .handler(TaskContext::title)
                    .start()) {
                plane.offer(plane.dispatch("run", "late", 2, "default"));

                // Then it does what is decided and for it, with one report each
                List<Report> reports = plane.reportsUntil(read -> read.size() >= 2);
                assertThat(kinds(reports)).containsExactly("early/1 submitted Do early", "late/2 submitted Do late");
                assertThat(reports).extracting(Report::getWorkerId).containsOnly("w");
            }

            // And the group has the settings that made it so
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
                ConfigResource group =
                        new ConfigResource(ConfigResource.Type.GROUP, plane.topics.agentsGroup("default"));
                Map<String, String> settings =
                        admin.describeConfigs(List.of(group)).all().get().get(group).entries().stream()
                                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG)
                                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
                assertThat(settings)
                        .containsEntry("share.auto.offset.reset", "earliest")
                        .containsEntry("share.isolation.level", "read_committed");
            }

            // And the painter gets what is the painter's
            try (Worker painter = Worker.builder(plane.config)
                    .agentType("painter")
                    .handler(TaskContext::agentType)
                    .start()) {
                assertThat(kinds(plane.reportsUntil(read -> read.size() >= 3)))
                        .contains("for-painters/1 submitted painter");
                assertThat(painter.stats().delivered()).isEqualTo(1);
            }
        }
    }

    @Test
    void aCommandThatWasTakenUpIsNotDeliveredAgain(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = plane(cluster)) {
            plane.offer(plane.dispatch("run", "a", 1, "default"), plane.dispatch("run", "b", 1, "default"));
            try (Worker first =
                    Worker.builder(plane.config).handler(task -> "first").start()) {
                plane.reportsUntil(read -> read.size() >= 2);
            }
            // When another comes after it, then it gets what is new and nothing else
            try (Worker second =
                    Worker.builder(plane.config).handler(task -> "second").start()) {
                plane.offer(plane.dispatch("run", "c", 1, "default"));
                assertThat(kinds(plane.reportsUntil(read -> kinds(read).contains("c/1 submitted second"))))
                        .filteredOn(kind -> kind.contains("second"))
                        .containsExactly("c/1 submitted second");
                assertThat(second.stats().delivered()).isEqualTo(1);
            }
        }
    }

    @Test
    void aWorkerStaysAMemberOfARunUntilItLeaves(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = plane(cluster)) {
            // Given a worker whose only attempt is over
            try (Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .handler(task -> "done")
                    .start()) {
                plane.offer(plane.dispatch("run", "a", 1, "default"));
                plane.reportsUntil(read -> read.size() >= 1);

                // Then it says that it is idle, and when it stops that it leaves
                plane.heartbeatsUntil(read -> read.size() >= 2);
            }
            List<Heartbeat> beats = plane.heartbeatsUntil(
                    read -> read.stream().anyMatch(beat -> beat.getStatus() == WorkerStatus.LEAVING));
            assertThat(beats).extracting(Heartbeat::getStatus).endsWith(WorkerStatus.IDLE, WorkerStatus.LEAVING);
            assertThat(beats)
                    .filteredOn(beat -> beat.getStatus() == WorkerStatus.LEAVING)
                    .hasSize(1);
            assertThat(beats).allSatisfy(beat -> {
                assertThat(beat.getRunId()).isEqualTo("run");
                assertThat(beat.getAgentType()).isEqualTo("default");
                assertThat(beat.getActive()).isEmpty();
            });
        }
    }

    @Test
    void longWorkTakesUpItsLeaseKeepsItAliveAndReportsTheEnd(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = plane(cluster)) {
            CountDownLatch go = new CountDownLatch(1);
            try (Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .concurrency(2)
                    .handler(task -> {
                        task.usage(70, 0);
                        go.await();
                        return "done";
                    })
                    .start()) {
                plane.offer(plane.dispatch("run", "a", 1, "default"), plane.dispatch("run", "b", 4, "default"));

                // Then one heartbeat speaks for all that it holds in the run
                assertThat(plane.heartbeatsUntil(read ->
                                read.stream().anyMatch(beat -> beat.getActive().size() == 2)))
                        .allSatisfy(beat -> {
                            assertThat(beat.getRunId()).isEqualTo("run");
                            assertThat(beat.getWorkerId()).isEqualTo("w");
                            assertThat(beat.getActive())
                                    .extracting(one -> one.getTaskId() + "/" + one.getAttempt())
                                    .isSubsetOf("a/1", "b/4");
                            assertThat(beat.getActive())
                                    .extracting(ActiveAttempt::getUsage)
                                    .allSatisfy(usage -> {
                                        assertThat(usage.getTokens()).isEqualTo(70);
                                        assertThat(usage.getMillis()).isPositive();
                                    });
                        });
                go.countDown();
                assertThat(kinds(plane.reportsUntil(read -> read.size() >= 4)))
                        .containsExactlyInAnyOrder(
                                "a/1 started", "b/4 started", "a/1 submitted done", "b/4 submitted done");
            }
        }
    }

    @Test
    void aCancelledAttemptStopsAndReportsNothingMore(EmbeddedCluster cluster) throws Exception {
        try (ControlPlaneByHand plane = plane(cluster)) {
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            try (Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .handler(task -> {
                        if (task.taskId().equals("next")) {
                            return "next";
                        }
                        task.onCancel(() -> told.add("told"));
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            told.add("interrupted " + task.isCancelled());
                            throw e;
                        }
                        return "never";
                    })
                    .start()) {
                plane.offer(plane.dispatch("run", "a", 2, "default"));
                plane.reportsUntil(read -> kinds(read).contains("a/2 started"));

                // When signals are for another worker or another attempt, then nothing happens; when for this, it stops
                plane.cancel("run", "a", 2, "somebody-else");
                plane.cancel("run", "a", 1, "w");
                plane.cancel("run", "a", 2, "w");
                List<String> heard = List.of(
                        String.valueOf(told.poll(60, TimeUnit.SECONDS)),
                        String.valueOf(told.poll(60, TimeUnit.SECONDS)));
                assertThat(heard).containsExactlyInAnyOrder("told", "interrupted true");

                plane.offer(plane.dispatch("run", "next", 1, "default"));
                assertThat(kinds(plane.reportsUntil(read -> kinds(read).contains("next/1 submitted next"))))
                        .containsExactly("a/2 started", "next/1 submitted next");
                assertThat(worker.stats().cancelled()).isEqualTo(1);
            }
        }
    }

    @Test
    void anActionIsAskedForAndItsAnswerHeardWhateverElseIsSaid(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = plane(cluster)) {
            Action read = Action.of("files.read", Risk.READ, "{\"path\":\"a\"}", "look at it");
            Action drop = Action.of("db.drop", Risk.DESTRUCTIVE, "{}", "clean up");
            try (Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .handler(task -> {
                        String seen = task.perform(read, () -> "read");
                        try {
                            task.perform(drop, () -> "dropped");
                        } catch (ActionDeniedException e) {
                            return seen + ", but " + e.getMessage();
                        }
                        return "both";
                    })
                    .start()) {
                plane.offer(plane.dispatch("run", "a", 2, "default"));

                // When the first has to be approved, and is, and the second is denied; answers come twice
                Report first = wanted(plane, "files.read");
                plane.answer(first, Verdict.AWAIT_APPROVAL);
                plane.answer(first, Verdict.AWAIT_APPROVAL);
                plane.answer(first, Verdict.ALLOW);
                plane.answer(first, Verdict.ALLOW);
                plane.answer(wanted(plane, "db.drop"), Verdict.DENY);

                // Then the first was performed, the second was not
                List<Report> reports = plane.reportsUntil(all -> all.stream().anyMatch(r -> r.getSubmitted() != null));
                assertThat(reports)
                        .extracting(Report::getStarted)
                        .filteredOn(Objects::nonNull)
                        .hasSize(1);
                assertThat(reports)
                        .filteredOn(r -> r.getActionDone() != null)
                        .extracting(Report::getActionDone)
                        .containsExactly(
                                new ActionDone(first.getMessageId(), "files.read", Risk.READ, read.argumentsDigest()));
                assertThat(reports.get(reports.size() - 1).getSubmitted().getResult())
                        .isEqualTo("read, but the action db.drop was denied by rule by-hand: said by hand");
            }
        }
    }

    private static Report wanted(ControlPlaneByHand plane, String tool) {
        return plane.reportsUntil(read -> read.stream().anyMatch(report -> wants(report, tool))).stream()
                .filter(report -> wants(report, tool))
                .findFirst()
                .orElseThrow();
    }

    private static boolean wants(Report report, String tool) {
        return report.getActionWanted() != null
                && report.getActionWanted().getTool().equals(tool);
    }

    @Test
    void aGracefulStopFinishesWhatItCanAndGivesTheRestBack(EmbeddedCluster cluster) throws Exception {
        try (ControlPlaneByHand plane = plane(cluster)) {
            CountDownLatch running = new CountDownLatch(2);
            CountDownLatch closing = new CountDownLatch(1);
            Worker worker = Worker.builder(plane.config)
                    .workerId("w")
                    .concurrency(2)
                    .handler(task -> {
                        running.countDown();
                        if (task.taskId().equals("quick")) {
                            closing.await();
                            return "quick";
                        }
                        new CountDownLatch(1).await();
                        return "never";
                    })
                    .start();
            plane.offer(plane.dispatch("run", "quick", 1, "default"), plane.dispatch("run", "endless", 1, "default"));
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            plane.offer(plane.dispatch("run", "waiting", 1, "default"));
            plane.reportsUntil(read -> read.size() >= 2);

            Thread stop = new Thread(() -> worker.close(Duration.ofSeconds(2)));
            stop.start();
            closing.countDown();
            stop.join();

            assertThat(kinds(plane.reportsUntil(read -> read.size() >= 4)))
                    .containsExactlyInAnyOrder(
                            "quick/1 started", "endless/1 started", "quick/1 submitted quick", "endless/1 released");

            // And what it had not begun, others do
            try (Worker other =
                    Worker.builder(plane.config).handler(task -> "other").start()) {
                assertThat(kinds(plane.reportsUntil(read -> read.size() >= 5))).contains("waiting/1 submitted other");
            }
        }
    }

    @Test
    void manyWorkersShareTheQueueAndDoEverythingOnce(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = plane(cluster)) {
            List<Worker> workers = IntStream.range(0, 3)
                    .mapToObj(i -> Worker.builder(plane.config)
                            .workerId("w" + i)
                            .concurrency(2)
                            .readers(2)
                            .batch(50)
                            .handler(TaskContext::workerId)
                            .start())
                    .toList();
            try {
                for (int batch = 0; batch < 10; batch++) {
                    int from = 100 * batch;
                    plane.offer(IntStream.range(from, from + 100)
                            .mapToObj(i -> plane.dispatch("run-" + i % 7, "t" + i, 1, "default"))
                            .toArray(io.taskgraph.avro.Command[]::new));
                }
                List<Report> submitted = plane
                        .reportsUntil(read -> read.stream()
                                        .filter(r -> r.getSubmitted() != null)
                                        .count()
                                >= 1000)
                        .stream()
                        .filter(report -> report.getSubmitted() != null)
                        .toList();
                assertThat(submitted)
                        .extracting(Report::getTaskId)
                        .doesNotHaveDuplicates()
                        .hasSize(1000);
            } finally {
                workers.forEach(Worker::close);
            }
        }
    }
}
