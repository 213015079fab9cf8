package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a worker says of itself, and when. */
class HeartbeatsTest {
    private final TopicCatalogue topics = TopicCatalogue.standard();
    private final SchemaRegistry registry = SchemaRegistry.open("mock://heartbeats-test");
    private final MockProducer<byte[], byte[]> reporting =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Tally tally = new Tally();
    private final Leases leases = new Leases(8);
    private final ManualTiming timing = new ManualTiming();
    private final Reports reports = new Reports(
            reporting, topics.reports(), registry.serializer(topics.reports()), 1_000_000, "worker-1", tally);
    private final Heartbeats heartbeats = new Heartbeats(
            producer,
            topics.heartbeats(),
            registry.serializer(topics.heartbeats()),
            "worker-1",
            "writer",
            leases,
            runId -> 7,
            "heartbeats-test");

    private Attempt attempt(String runId, String taskId) {
        Batch batch = new Batch(1);
        Settlement settlement = new Settlement(new ConsumerRecord<>("commands", 0, 0, new byte[0], new byte[0]), batch);
        batch.add(settlement);
        Attempt attempt = new Attempt(
                Command.newBuilder()
                        .setRunId(runId)
                        .setDecisionSequence(7)
                        .setIssuedAt(Instant.ofEpochMilli(0))
                        .setAgentType("writer")
                        .setDispatch(Dispatch.newBuilder()
                                .setTaskId(taskId)
                                .setAttempt(3)
                                .setHeartbeatIntervalMillis(1000)
                                .build())
                        .build(),
                "worker-1",
                leases,
                reports,
                tally,
                settlement,
                timing);
        batch.add(attempt);
        return attempt;
    }

    private void pass(int millis) {
        timing.pass(Duration.ofMillis(millis));
        heartbeats.beat(timing.nanos());
    }

    private List<Heartbeat> sent() {
        return producer.history().stream()
                .map(record -> registry.deserializer(topics.heartbeats()).read(record.value()))
                .toList();
    }

    private List<WorkerStatus> said() {
        return sent().stream().map(Heartbeat::getStatus).toList();
    }

    @Test
    void aBusyWorkerSaysHowFarItIsWhenTheIntervalHasPassed() {
        attempt("run", "task").run(task -> {
            ((Attempt) task).startedIfRunningFor(0, timing.nanos());
            task.progress("1 of 3");
            pass(999);
            assertThat(sent()).isEmpty();
            pass(1);
            task.progress("2 of 3");
            pass(1_000);
            return null;
        });

        assertThat(tally.stats().succeeded()).isEqualTo(1);
        assertThat(said()).containsExactly(WorkerStatus.BUSY, WorkerStatus.BUSY);
        Heartbeat last = sent().get(1);
        assertThat(last.getWorkerId()).isEqualTo("worker-1");
        assertThat(last.getAgentType()).isEqualTo("writer");
        assertThat(last.getMailReadTo()).isEqualTo(7);
        assertThat(last.getActive())
                .extracting(ActiveAttempt::getTaskId, ActiveAttempt::getAttempt, ActiveAttempt::getProgress)
                .containsExactly(tuple("task", 3, "2 of 3"));
    }

    @Test
    void anIdleWorkerSaysSoNoFasterThanTheIntervalAndLeavesOnceAfterTenMinutes() {
        // Given an attempt that is over
        attempt("run", "task").run(task -> null);

        // When the worker is looked at ten times a second for eleven minutes
        for (int i = 0; i < 11 * 600; i++) {
            pass(100);
        }

        // Then it said every second that it is idle, and at last that it leaves
        assertThat(said()).hasSize(600).endsWith(WorkerStatus.IDLE, WorkerStatus.LEAVING);
        assertThat(said().subList(0, 599)).containsOnly(WorkerStatus.IDLE);
        assertThat(sent())
                .allSatisfy(heartbeat -> assertThat(heartbeat.getActive()).isEmpty());
        assertThat(leases.memberships().isEmpty()).isTrue();
    }

    @Test
    void aRunThatItWorksForAgainIsNotToldThatItIsIdle() {
        attempt("run", "first").run(task -> null);
        attempt("run", "second").run(task -> {
            ((Attempt) task).startedIfRunningFor(0, timing.nanos());
            pass(1_000);
            assertThat(said()).containsExactly(WorkerStatus.BUSY);
            return null;
        });
        assertThat(tally.stats().succeeded()).isEqualTo(2);
        pass(999);
        assertThat(said()).hasSize(1);
        pass(1);
        assertThat(said()).containsExactly(WorkerStatus.BUSY, WorkerStatus.IDLE);
    }

    @Test
    void runsThatGaveWayToNewerOnesAreToldAFewAtATime() {
        for (int i = 0; i < 125; i++) {
            attempt("run-" + i, "task").run(task -> null);
        }
        for (int looks = 1; looks <= 4; looks++) {
            pass(1);
            assertThat(sent()).hasSize(Math.min(25, 10 * looks));
        }
        assertThat(said()).containsOnly(WorkerStatus.LEAVING);
        assertThat(sent().get(0).getRunId()).isEqualTo("run-0");
    }

    @Test
    void aWorkerThatStopsSaysSoToEveryRunItRemembers() {
        attempt("one", "task").run(task -> null);
        attempt("two", "task").run(task -> {
            ((Attempt) task).startedIfRunningFor(0, timing.nanos());
            ((Attempt) task).abandon();
            return null;
        });

        heartbeats.leave();
        heartbeats.leave();

        assertThat(sent()).extracting(Heartbeat::getRunId).containsExactly("one", "two");
        assertThat(said()).containsOnly(WorkerStatus.LEAVING);
    }

    @Test
    void nobodyIsToldAnythingWhereNothingIsRemembered() {
        pass(100_000);
        heartbeats.leave();
        assertThat(sent()).isEmpty();
    }

    @Test
    void progressNeverMakesAHeartbeatTooLarge() {
        // Given a hundred attempts at once, each with as much to say as is kept
        for (int i = 0; i < 100; i++) {
            inside(i);
        }
        attempt("run", "last").run(task -> {
            ((Attempt) task).startedIfRunningFor(0, timing.nanos());
            pass((int) TimeUnit.SECONDS.toMillis(2));
            return null;
        });

        assertThat(producer.history().get(0).value().length).isLessThan(300_000);
        assertThat(sent().get(0).getActive()).hasSize(101);
    }

    private void inside(int number) {
        Attempt attempt = attempt("run", "task-" + number);
        Thread thread = new Thread(() -> attempt.run(task -> {
            task.progress("x".repeat(5_000));
            attempt.startedIfRunningFor(0, timing.nanos());
            Thread.currentThread().join();
            return null;
        }));
        thread.setDaemon(true);
        thread.start();
        while (leases.held(attempt.key()) == null) {
            Thread.onSpinWait();
        }
    }
}
