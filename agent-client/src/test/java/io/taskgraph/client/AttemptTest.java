package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** When a command is settled, and what is reported when. */
class AttemptTest {
    private static final long DUE = 0;

    private final AttemptByHand hand = new AttemptByHand(
            "attempt-test",
            false,
            AttemptByHand.dispatch()
                    .setTitle("Write")
                    .setPayload("in")
                    .setExpectedMillis(40)
                    .setProgress("half")
                    .setFailedDependencies(List.of("before"))
                    .build());
    private final MockProducer<byte[], byte[]> producer = hand.producer;
    private final Tally tally = hand.tally;
    private final Leases leases = hand.leases;
    private final Batch batch = hand.batch;
    private final Settlement settlement = hand.settlement;
    private final ManualTiming timing = hand.timing;
    private final Attempt attempt = hand.attempt;

    private List<Report> sent() {
        return hand.sent();
    }

    private static Report report(Report like) {
        return Report.newBuilder()
                .setMessageId(like.getMessageId())
                .setRunId("run")
                .setWorkerId("worker-1")
                .setTaskId("task")
                .setAttempt(3)
                .setSentAt(like.getSentAt())
                .build();
    }

    @Test
    void aShortTaskCostsOneReportAndItsCommandIsSettledWhenTheBrokerHasIt() {
        // When the handler ends before anything else happens
        attempt.run(task -> "out of " + task.payload().orElseThrow());

        // Then one report is sent, and the command is not settled yet
        Report expected = report(sent().get(0));
        expected.setSubmitted(new Submitted("out of in", null));
        assertThat(sent()).containsExactly(expected);
        assertThat(settlement.verdict()).isNull();
        assertThat(leases.known(attempt.key())).isFalse();

        // When the broker has it, then it is
        producer.completeNext();
        assertThat(settlement.verdict()).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(batch.settled()).isTrue();
        assertThat(leases.known(attempt.key())).isTrue();
        assertThat(tally.stats().succeeded()).isEqualTo(1);
    }

    @Test
    void aLongTaskTakesUpItsLeaseAndItsCommandIsSettledThenNotAtTheEnd() {
        attempt.run(task -> {
            // Given the work goes on for longer than the delay
            assertThat(attempt.startedIfRunningFor(1_000_000_000_000L, timing.nanos()))
                    .isPositive()
                    .isLessThanOrEqualTo(1_000_000_000_000L);
            assertThat(sent()).isEmpty();
            attempt.startedIfRunningFor(DUE, timing.nanos());
            attempt.startedIfRunningFor(DUE, timing.nanos());
            assertThat(leases.held(attempt.key())).isSameAs(attempt);
            assertThat(settlement.verdict()).isNull();
            producer.completeNext();
            assertThat(settlement.verdict()).isEqualTo(AcknowledgeType.ACCEPT);
            return null;
        });

        Report started = report(sent().get(0));
        started.setStarted(new Started("writer", java.util.List.of()));
        Report submitted = report(sent().get(1));
        submitted.setSubmitted(new Submitted(null, null));
        assertThat(sent()).containsExactly(started, submitted);
        assertThat(started.getMessageId()).isNotEqualTo(submitted.getMessageId());
        assertThat(leases.none()).isTrue();
    }

    @Test
    void aCommandWhoseReportDoesNotReachTheBrokerGoesBack() {
        attempt.run(task -> null);
        producer.errorNext(new TimeoutException("the broker is away"));

        assertThat(settlement.verdict()).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(leases.known(attempt.key())).isFalse();
    }

    @Test
    void failuresSayWhetherToTryAgain() {
        attempt.run(task -> {
            throw new IllegalStateException("no luck");
        });
        Report expected = report(sent().get(0));
        expected.setFailed(new AttemptError("IllegalStateException: no luck", true, null, null));
        assertThat(sent()).containsExactly(expected);
    }

    @Test
    void whatTheAttemptBeforeLeftIsThere() {
        attempt.run(task -> {
            assertThat(task.previousProgress()).contains("half");
            assertThat(task.failedDependencies()).containsExactly("before");
            return null;
        });
        assertThat(tally.stats().succeeded()).isEqualTo(1);
    }

    @Test
    void theLastProgressIsHandedOnWithAFailureAsMuchAsIsKept() {
        attempt.run(task -> {
            task.progress("a little");
            task.progress("x".repeat(4095) + "\uD83D\uDE00");
            throw new IllegalStateException("no luck");
        });
        assertThat(sent().get(0).getFailed())
                .isEqualTo(new AttemptError("IllegalStateException: no luck", true, null, "x".repeat(4095)));
    }

    @Test
    void theLastProgressIsHandedOnWhenTheLeaseIsGivenBack() {
        attempt.run(task -> {
            attempt.startedIfRunningFor(DUE, timing.nanos());
            task.progress("3 of 7 files");
            attempt.abandon();
            return "too late";
        });
        assertThat(sent().get(1).getReleased()).isEqualTo(new Released("the worker stops", "3 of 7 files"));
    }

    @Test
    void aRunIsRememberedThatKnowsTheWorker() {
        attempt.run(task -> {
            assertThat(leases.memberships().isEmpty()).isTrue();
            return null;
        });
        assertThat(tally.stats().succeeded()).isEqualTo(1);
        assertThat(leases.memberships().all()).containsExactly(new Memberships.Membership("run", 1000, timing.nanos()));
    }

    @Test
    void aRunIsNotRememberedThatNeverHeardOfTheWorker() {
        attempt.run(task -> {
            attempt.cancel();
            return null;
        });
        assertThat(leases.memberships().isEmpty()).isTrue();
    }

    @Test
    void aFailureForGoodIsNotRetryable() {
        attempt.run(task -> {
            throw new NonRetryableException("there is no such file");
        });
        Report expected = report(sent().get(0));
        expected.setFailed(new AttemptError("there is no such file", false, null, null));
        assertThat(sent()).containsExactly(expected);
    }

    @Test
    void aResultThatIsTooLargeForARecordFailsForGood() {
        attempt.run(task -> "x".repeat(1_000_001));
        assertThat(sent()).hasSize(1);
        assertThat(sent().get(0).getFailed().getRetryable()).isFalse();
        assertThat(sent().get(0).getFailed().getError())
                .contains("1000001 bytes")
                .contains("1000000");
    }

    @Test
    void anErrorTextIsCutBetweenCharacters() {
        attempt.run(task -> {
            throw new NonRetryableException("x".repeat(4095) + "\uD83D\uDE00");
        });
        assertThat(sent().get(0).getFailed().getError()).isEqualTo("x".repeat(4095));
    }

    @Test
    void aCancelledAttemptIsInterruptedAndReportsNothingMore() throws InterruptedException {
        List<String> told = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch forever = new CountDownLatch(1);
        Thread thread = new Thread(() -> attempt.run(task -> {
            task.onCancel(() -> told.add("cancelled"));
            begun.countDown();
            forever.await();
            return "never";
        }));
        thread.start();
        begun.await();
        attempt.startedIfRunningFor(DUE, timing.nanos());

        attempt.cancel();
        attempt.cancel();
        thread.join();

        assertThat(attempt.isCancelled()).isTrue();
        assertThat(told).containsExactly("cancelled");
        assertThat(sent()).extracting(Report::getStarted).containsExactly(new Started("writer", java.util.List.of()));
        assertThat(tally.stats().cancelled()).isEqualTo(1);
        assertThat(leases.none()).isTrue();
        attempt.onCancel(() -> told.add("at once"));
        assertThat(told).containsExactly("cancelled", "at once");
    }

    @Test
    void anInterruptDoesNotReachTheNextTaskOfTheThread() {
        attempt.run(task -> {
            attempt.startedIfRunningFor(DUE, timing.nanos());
            attempt.cancel();
            return null;
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anAbandonedAttemptGivesItsLeaseBack() {
        attempt.run(task -> {
            attempt.startedIfRunningFor(DUE, timing.nanos());
            attempt.abandon();
            return "too late";
        });
        Report started = report(sent().get(0));
        started.setStarted(new Started("writer", java.util.List.of()));
        Report released = report(sent().get(1));
        released.setReleased(new Released("the worker stops", null));
        assertThat(sent()).containsExactly(started, released);
        assertThat(tally.stats().released()).isEqualTo(1);
    }

    @Test
    void whatHasNotBegunCanBeWithdrawnAndIsThenNotDone() {
        assertThat(batch.waiting()).isEqualTo(1);
        batch.withdrawWaiting();
        batch.work(task -> {
            throw new AssertionError("it was withdrawn");
        });
        attempt.run(task -> {
            throw new AssertionError("it was withdrawn");
        });
        assertThat(settlement.verdict()).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(sent()).isEmpty();
        assertThat(batch.waiting()).isZero();
    }
}
