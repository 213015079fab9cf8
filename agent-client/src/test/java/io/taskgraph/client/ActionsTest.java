package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.avro.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an attempt asks, does and uses up, and what of it is reported. */
@Timeout(60)
class ActionsTest {
    private static final Action DROP = Action.of("db.drop", Risk.DESTRUCTIVE, "{\"table\":\"orders\"}", "clean up");

    private final AttemptByHand hand = new AttemptByHand(
            "actions-test",
            true,
            AttemptByHand.dispatch()
                    .setRisk(Risk.EXEC)
                    .setBudget(new Budget(1_000L, null, 3_600_000L))
                    .build());
    private final Leases leases = hand.leases;
    private final Reports reports = hand.reports;
    private final ManualTiming timing = hand.timing;
    private final Attempt attempt = hand.attempt;

    private List<Report> sent() {
        return hand.sent();
    }

    private List<String> kinds() {
        return sent().stream().map(ActionsTest::kind).toList();
    }

    private static String kind(Report report) {
        return report.getStarted() != null
                ? "started"
                : report.getActionWanted() != null
                        ? "wants " + report.getActionWanted().getTool()
                        : report.getActionDone() != null
                                ? "did " + report.getActionDone().getTool()
                                : report.getUsageSoFar() != null
                                        ? "usage"
                                        : report.getSubmitted() != null
                                                ? "submitted"
                                                : report.getFailed() != null ? "failed" : "released";
    }

    private ActionAnswer answer(String requestId, Verdict verdict) {
        return new ActionAnswer("task", 3, requestId, verdict, "actions.destructive", "because", "12.1");
    }

    private static Amounts amounts(long tokens, long costMicros, long millis) {
        return new Amounts(tokens, costMicros, millis);
    }

    private Permission permission(String requestId, boolean allowed) {
        return new Permission(DROP, requestId, allowed, "actions.destructive", "because", Optional.of("12.1"));
    }

    @Test
    void itAsksForExactlyTheseArgumentsAndTheLeaseIsTakenUpBefore() {
        // When an attempt asks before anything was reported
        attempt.run(task -> {
            CompletableFuture<Permission> asked = task.askLater(DROP);
            String requestId = sent().get(1).getMessageId();
            assertThat(asked).isNotDone();
            // And it is allowed, and does it
            attempt.answered(answer(requestId, Verdict.ALLOW));
            assertThat(asked.join()).isEqualTo(permission(requestId, true));
            task.performed(asked.join());
            return null;
        });

        // Then its lease was taken up first, and the reports name tool, risk, digest, purpose and the request
        assertThat(kinds()).containsExactly("started", "wants db.drop", "did db.drop", "submitted");
        Report wanted = sent().get(1);
        assertThat(wanted.getActionWanted())
                .isEqualTo(new ActionWanted("db.drop", Risk.DESTRUCTIVE, DROP.argumentsDigest(), "clean up"));
        assertThat(wanted.getAttempt()).isEqualTo(3);
        assertThat(sent().get(2).getActionDone())
                .isEqualTo(new ActionDone(wanted.getMessageId(), "db.drop", Risk.DESTRUCTIVE, DROP.argumentsDigest()));
    }

    @Test
    void aDeniedActionIsNotPerformedAndFailsTheAttemptForGoodIfNobodyCatchesIt() throws Exception {
        whileItRuns(task -> task.perform(DROP, () -> {
            throw new AssertionError("it was denied");
        }));
        attempt.answered(answer(awaitRequest(), Verdict.DENY));
        awaitEnd();

        assertThat(kinds()).containsExactly("started", "wants db.drop", "failed");
        assertThat(sent().get(2).getFailed())
                .isEqualTo(new AttemptError(
                        "the action db.drop was denied by rule actions.destructive: because", false, null, null));
    }

    @Test
    void whatThisVersionDoesNotKnowIsNoAllow() {
        attempt.run(task -> {
            CompletableFuture<Permission> asked = task.askLater(DROP);
            attempt.answered(answer(sent().get(1).getMessageId(), Verdict.UNKNOWN));
            assertThat(asked.join().allowed()).isFalse();
            assertThatThrownBy(() -> asked.join().orThrow())
                    .isInstanceOf(ActionDeniedException.class)
                    .hasMessage("the action db.drop was denied by rule actions.destructive: because");
            return null;
        });
    }

    @Test
    void anAnswerFindsItsRequestAlsoWhereItNamesNoTask() {
        attempt.run(task -> {
            CompletableFuture<Permission> asked = task.askLater(DROP);
            String requestId = sent().get(1).getMessageId();
            ActionAnswer refused = new ActionAnswer("", 0, requestId, Verdict.DENY, "", "too large", null);

            leases.answered("another-run", refused);
            leases.answered("run", new ActionAnswer("task", 2, requestId, Verdict.DENY, "", "", null));
            assertThat(asked).isNotDone();
            leases.answered("run", refused);
            assertThat(asked.join().allowed()).isFalse();
            assertThat(asked.join().reason()).isEqualTo("too large");
            return null;
        });
    }

    @Test
    void anApprovalIsWaitedForAndMeanwhileNoWorkingTimePasses() throws Exception {
        // Given an attempt that has worked for two seconds and asks
        whileItRuns(task -> {
            timing.pass(Duration.ofSeconds(2));
            String result = task.perform(DROP, () -> "dropped");
            timing.pass(Duration.ofSeconds(1));
            return result;
        });
        String requestId = awaitRequest();

        // When people take ten minutes over it
        attempt.answered(answer(requestId, Verdict.AWAIT_APPROVAL));
        timing.pass(Duration.ofSeconds(600));
        assertThat(attempt.used()).isEqualTo(amounts(0, 0, 2_000));
        attempt.answered(answer(requestId, Verdict.ALLOW));
        awaitEnd();

        // Then it was done, and three seconds of work are told
        Report last = sent().get(sent().size() - 1);
        assertThat(last.getSubmitted()).isEqualTo(new Submitted("dropped", amounts(0, 0, 3_000)));
    }

    @Test
    void anAnswerThatDoesNotComeIsAskedForAgainUnderTheSameIdAndEverMoreSeldom() {
        attempt.run(task -> {
            CompletableFuture<Permission> asked = task.askLater(DROP);
            List<Integer> counts = new ArrayList<>();
            // 5 s, 15 s, 35 s, 75 s, then every minute
            for (int seconds : new int[] {4, 1, 10, 20, 40, 59, 1, 60}) {
                timing.pass(Duration.ofSeconds(seconds));
                counts.add(sent().size() - 1);
            }
            assertThat(counts).containsExactly(1, 2, 3, 4, 5, 5, 6, 7);
            assertThat(sent().subList(1, sent().size()))
                    .extracting(Report::getMessageId)
                    .containsOnly(sent().get(1).getMessageId());

            // When the answer comes, and comes again, then there is an end to it
            attempt.answered(answer(sent().get(1).getMessageId(), Verdict.ALLOW));
            attempt.answered(answer(sent().get(1).getMessageId(), Verdict.DENY));
            timing.pass(Duration.ofHours(1));
            assertThat(asked.join().allowed()).isTrue();
            assertThat(sent()).hasSize(8);
            return null;
        });
    }

    @Test
    void anApprovalThatTakesLongIsAskedAfterMoreSeldomStill() {
        attempt.run(task -> {
            task.askLater(DROP);
            String requestId = sent().get(1).getMessageId();
            attempt.answered(answer(requestId, Verdict.AWAIT_APPROVAL));
            List<Integer> counts = new ArrayList<>();
            for (int seconds : new int[] {59, 1, 119, 1, 240, 300, 300}) {
                timing.pass(Duration.ofSeconds(seconds));
                counts.add(sent().size() - 1);
                // The control plane says again what stands.
                attempt.answered(answer(requestId, Verdict.AWAIT_APPROVAL));
            }
            assertThat(counts).containsExactly(1, 2, 2, 3, 4, 5, 6);
            return null;
        });
    }

    @Test
    void aCancelledAttemptWaitsForNoAnswer() throws Exception {
        AtomicReference<CompletableFuture<Permission>> other = new AtomicReference<>();
        AtomicReference<Exception> thrown = new AtomicReference<>();
        whileItRuns(task -> {
            other.set(task.askLater(DROP));
            try {
                task.ask(DROP);
            } catch (InterruptedException e) {
                thrown.set(e);
                throw e;
            }
            return null;
        });
        awaitRequest();

        attempt.cancel();
        awaitEnd();
        timing.pass(Duration.ofHours(1));

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(other.get()).isCancelled();
        assertThat(attempt.askLater(DROP)).isCancelled();
        assertThat(kinds()).startsWith("started", "wants db.drop").doesNotContain("submitted", "failed");
        int before = sent().size();
        attempt.actedUnasked(DROP);
        attempt.reportUsage();
        assertThat(sent()).hasSize(before);
    }

    @Test
    void whoGivesUpWaitingDoesNotAskAgain() {
        attempt.run(task -> {
            task.askLater(DROP).cancel(true);
            timing.pass(Duration.ofHours(1));
            return null;
        });
        assertThat(kinds()).containsExactly("started", "wants db.drop", "submitted");
    }

    @Test
    void workThatThrowsIsToldOfAllTheSame() throws Exception {
        whileItRuns(task -> task.perform(DROP, () -> {
            throw new IllegalStateException("half way");
        }));
        attempt.answered(answer(awaitRequest(), Verdict.ALLOW));
        awaitEnd();

        assertThat(kinds()).containsExactly("started", "wants db.drop", "did db.drop", "failed");
    }

    @Test
    void aBypassIsToldWithoutARequest() {
        attempt.run(task -> {
            task.actedUnasked(DROP);
            return null;
        });
        assertThat(sent().get(1).getActionDone())
                .isEqualTo(new ActionDone("", "db.drop", Risk.DESTRUCTIVE, DROP.argumentsDigest()));
    }

    @Test
    void usageGoesOutEveryFewSecondsWhenABoundIsPassedWhenAskedForAndInTheEnd() {
        attempt.run(task -> {
            assertThat(task.risk()).isEqualTo(Risk.EXEC);
            assertThat(task.budget()).contains(new Budget(1_000L, null, 3_600_000L));
            task.usage(100, 10);
            timing.pass(Duration.ofMillis(4_999));
            task.usage(200, 20);
            assertThat(kinds()).isEmpty();
            timing.pass(Duration.ofMillis(1));
            task.usage(150, 30);
            task.usage(900, 40);
            assertThat(kinds()).containsExactly("started", "usage");
            task.usage(1_001, 50);
            task.usage(1_002, 60);
            task.reportUsage();
            assertThat(attempt.used()).isEqualTo(amounts(1_002, 60, 5_000));
            return null;
        });

        assertThat(kinds()).containsExactly("started", "usage", "usage", "usage", "submitted");
        assertThat(sent().subList(1, 4))
                .extracting(Report::getUsageSoFar)
                .containsExactly(
                        new UsageSoFar(amounts(200, 30, 5_000)),
                        new UsageSoFar(amounts(1_001, 50, 5_000)),
                        new UsageSoFar(amounts(1_002, 60, 5_000)));
        assertThat(sent().get(4).getSubmitted()).isEqualTo(new Submitted(null, amounts(1_002, 60, 5_000)));
    }

    @Test
    void whatCannotBeUsedUpIsSaidAtOnce() {
        attempt.run(task -> {
            assertThatThrownBy(() -> task.usage(-1, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("What was used up cannot be negative: -1 tokens, 0 micro-units of money; tell it in all"
                            + " since the attempt began.");
            return null;
        });
    }

    @Test
    void aLeaseThatIsGivenBackTellsWhatItUsed() {
        attempt.run(task -> {
            task.usage(10, 0);
            attempt.startedIfRunningFor(0, timing.nanos());
            attempt.abandon();
            return null;
        });
        assertThat(kinds()).containsExactly("started", "usage", "released");
    }

    private final CountDownLatch ended = new CountDownLatch(1);

    private void whileItRuns(TaskHandler handler) {
        Thread thread = new Thread(() -> {
            attempt.run(handler);
            ended.countDown();
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Until a thread asks and waits: what it waits for is the message with the request's id. */
    private String awaitRequest() throws InterruptedException {
        while (true) {
            List<Report> wanted =
                    sent().stream().filter(r -> r.getActionWanted() != null).toList();
            if (!wanted.isEmpty()) {
                return wanted.get(wanted.size() - 1).getMessageId();
            }
            Thread.onSpinWait();
        }
    }
}
