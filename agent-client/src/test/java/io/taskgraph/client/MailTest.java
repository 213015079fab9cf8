package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageRefused;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SenderRole;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker does with mail, and what it says of it, with the control plane played by hand. */
@Timeout(60)
class MailTest {
    private final AttemptByHand hand =
            new AttemptByHand("mail-test", true, AttemptByHand.dispatch().build());
    private final Leases leases = hand.leases;
    private final Reports reports = hand.reports;
    private final ManualTiming timing = hand.timing;
    private final Attempt attempt = hand.attempt;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final MailReader reader = new MailReader(
            new MessageHandler() {
                @Override
                public void message(Message m) {
                    heard.add(m.number() + " " + m.body());
                    if (m.body().equals("poison")) {
                        throw new IllegalStateException("for this test");
                    }
                }

                @Override
                public void refused(String runId, String sentIn, String code, String reason) {
                    heard.add(sentIn + " " + code);
                }
            },
            message -> leases.all().stream().anyMatch(a -> a.answered(message)),
            (run, read) -> said.add(run + " " + read.getUpTo() + (read.getAgain() ? " again" : "")),
            "mail-test");
    private final Signals signals = new Signals(leases, reader);

    @AfterEach
    void stop() {
        reader.close();
        hand.registry.close();
    }

    private List<Report> sent() {
        return hand.sent();
    }

    private static DeliveredMessage.Builder message(long number, String body) {
        return DeliveredMessage.newBuilder()
                .setNumber(number)
                .setMessageId("9." + number)
                .setKind(MessageKind.ALERT)
                .setPriority(MessagePriority.NORMAL)
                .setSender("planner")
                .setSenderRole(SenderRole.PLANNER)
                .setSentAt(Instant.EPOCH)
                .setBody(body);
    }

    private static Command command(String runId) {
        return Command.newBuilder()
                .setRunId(runId)
                .setDecisionSequence(9)
                .setIssuedAt(Instant.EPOCH)
                .setWorkerId("worker-1")
                .build();
    }

    private void deliver(long readTo, long after, boolean again, DeliveredMessage... messages) {
        Command c = command("run");
        c.setDeliverMessages(new DeliverMessages(readTo, after, again, List.of(messages)));
        signals.hear(c);
    }

    private void deliver(long readTo, long after, boolean again, int from, int to) {
        deliver(
                readTo,
                after,
                again,
                IntStream.rangeClosed(from, to)
                        .mapToObj(n -> message(n, "m" + n).build())
                        .toArray(DeliveredMessage[]::new));
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String one = queue.poll(20, TimeUnit.SECONDS);
        assertThat(one).as("something within 20 s").isNotNull();
        return one;
    }

    @Test
    void messagesAreHandledInOrderOnceAndReadAfterEachDelivery() throws Exception {
        deliver(0, 0, false, 1, 2);
        assertThat(next(heard)).isEqualTo("1 m1");
        assertThat(next(heard)).isEqualTo("2 m2");
        assertThat(next(said)).isEqualTo("run 2");

        // When they come again, with others, then only the others are handled
        deliver(0, 0, true, 1, 2);
        assertThat(next(said)).isEqualTo("run 2");
        deliver(0, 2, false, 4, 4);
        assertThat(next(heard)).isEqualTo("4 m4");
        assertThat(next(said)).isEqualTo("run 4");
        assertThat(heard).isEmpty();
        assertThat(reader.readTo("run")).isEqualTo(4);
    }

    @Test
    void whatFollowsAMissedDeliveryIsLeftAndAskedForOnce() throws Exception {
        deliver(0, 0, false, 1, 1);
        assertThat(next(said)).isEqualTo("run 1");
        // Number 2 never came
        deliver(0, 2, false, 3, 3);
        assertThat(next(said)).isEqualTo("run 1 again");
        deliver(0, 3, false, 4, 4);
        deliver(1, 1, true, 2, 4);
        assertThat(next(said)).isEqualTo("run 4");
        assertThat(heard).containsExactly("1 m1", "2 m2", "3 m3", "4 m4");
        assertThat(said).isEmpty();
    }

    @Test
    void aReaderThatComesLaterBeginsWhereTheOneBeforeHadRead() throws Exception {
        deliver(7, 7, false, 8, 8);
        assertThat(next(heard)).isEqualTo("8 m8");
        assertThat(next(said)).isEqualTo("run 8");
    }

    @Test
    void aHandlerThatFailsDoesNotHoldUpTheMailbox() throws Exception {
        deliver(0, 0, false, message(1, "poison").build(), message(2, "cure").build());
        assertThat(next(heard)).isEqualTo("1 poison");
        assertThat(next(heard)).isEqualTo("2 cure");
        assertThat(next(said)).isEqualTo("run 2");
    }

    @Test
    void whatIsSentUnderAnAttemptTakesUpItsLeaseAndItsRefusalIsTold() throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        Letter letter = Letter.to("worker-2", MessageKind.PROGRESS, "half")
                .priority(MessagePriority.LOW)
                .topic("build")
                .about("task")
                .ttl(Duration.ofSeconds(3))
                .correlation("c");
        attempt.run(task -> {
            id.set(task.send(letter).orElseThrow());
            return null;
        });
        assertThat(sent().get(0).getStarted()).isNotNull();
        Report message = sent().get(1);
        assertThat(message.getMessageId()).isEqualTo(id.get());
        assertThat(message.getMessage().getMessage())
                .isEqualTo(MessageSpec.newBuilder()
                        .setRecipient("worker-2")
                        .setKind(MessageKind.PROGRESS)
                        .setPriority(MessagePriority.LOW)
                        .setTopic("build")
                        .setTaskId("task")
                        .setBody("half")
                        .setTtlMillis(3_000L)
                        .setCorrelation("c")
                        .build());
        assertThat(attempt.send(letter)).as("after the end").isEmpty();

        Command refused = command("run");
        refused.setMessageRefused(new MessageRefused(id.get(), "MAILBOX_FULL", "later"));
        signals.hear(refused);
        assertThat(next(heard)).isEqualTo(id.get() + " MAILBOX_FULL");
    }

    @Test
    void anAttemptWaitsForTheAnswerToItsQuestionAndItsWorkingTimeStandsStill() throws Exception {
        List<String> answers = new ArrayList<>();
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> attempt.run(task -> {
            Message answer = task.needContext("which?");
            answers.add(answer.body());
            return answer.body();
        }));
        Report question = question();
        assertThat(question.getNeedsContext().getQuestion()).isEqualTo("which?");
        timing.pass(Duration.ofMinutes(5));

        // An answer to another's question is a message like any other
        deliver(
                0,
                0,
                false,
                message(1, "not this")
                        .setKind(MessageKind.CONTEXT)
                        .setCorrelation("else")
                        .build());
        assertThat(next(heard)).isEqualTo("1 not this");
        assertThat(work).isNotDone();
        deliver(
                0,
                1,
                false,
                message(2, "this one")
                        .setKind(MessageKind.CONTEXT)
                        .setCorrelation(question.getMessageId())
                        .build());
        work.get(20, TimeUnit.SECONDS);

        assertThat(answers).containsExactly("this one");
        Report submitted = sent().get(sent().size() - 1);
        assertThat(submitted.getSubmitted().getResult()).isEqualTo("this one");
        assertThat(submitted.getSubmitted().getUsage()).as("minutes of waiting").isNull();
        assertThat(next(said)).isEqualTo("run 1");
        assertThat(next(said)).isEqualTo("run 2");
        assertThat(heard).isEmpty();
    }

    /** Waits until the attempt has asked. */
    private Report question() throws InterruptedException {
        Report r;
        do {
            r = hand.next();
        } while (r.getNeedsContext() == null);
        return r;
    }

    @Test
    void aQuestionThatIsRefusedFailsAndOneOfACancelledAttemptEnds() throws Exception {
        attempt.run(task -> {
            CompletableFuture<Message> answer = task.needContextLater("which?");
            Command refused = command("run");
            refused.setMessageRefused(new MessageRefused(
                    sent().get(1).getMessageId(), "FEATURE_DISABLED", "the policy has priority_mailbox off"));
            signals.hear(refused);
            assertThatThrownBy(answer::join)
                    .hasCauseInstanceOf(MessageRefusedException.class)
                    .hasMessageContaining("FEATURE_DISABLED");

            CompletableFuture<Message> another = task.needContextLater("and now?");
            attempt.cancel();
            assertThat(another).isCancelled();
            return null;
        });
        assertThat(heard).isEmpty();
    }

    @Test
    void anAnswerIsAddressedToWhoAsked() {
        Message question = Message.of(
                "run",
                message(1, "which?")
                        .setSender("worker-1")
                        .setSenderRole(SenderRole.AGENT)
                        .setTaskId("task")
                        .setCorrelation("c")
                        .build());
        assertThat(question.reply(MessageKind.CONTEXT, "this").spec())
                .isEqualTo(MessageSpec.newBuilder()
                        .setRecipient("worker-1")
                        .setKind(MessageKind.CONTEXT)
                        .setPriority(MessagePriority.NORMAL)
                        .setTaskId("task")
                        .setBody("this")
                        .setReplyTo("9.1")
                        .setCorrelation("c")
                        .build());
    }

    @Test
    void whatIsReadIsSaidUnderNoAttempt() {
        reports.mailRead("run", new MailRead(4L, false));
        Report r = sent().get(0);
        assertThat(List.of(r.getRunId(), r.getWorkerId(), r.getTaskId(), r.getAttempt()))
                .isEqualTo(List.of("run", "worker-1", "", 0));
        assertThat(r.getMailRead()).isEqualTo(new MailRead(4L, false));
    }
}
