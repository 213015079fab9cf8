package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.ContextProvided;
import io.taskgraph.avro.ContextRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.MailAcknowledged;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageDisplaced;
import io.taskgraph.avro.MessageExpired;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MessageUndeliverable;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.WorkerLost;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Messages: how they get into mailboxes, and how they leave them. */
class MailTest {
    private static final String ON = """
            name: mail
            flags: {mutable_graph: true, priority_mailbox: true}
            caps: {max_workers: 4, start_timeout: 1h, heartbeat_staleness: 30s, worker_timeout: 10m, max_runtime: 0ms}
            mailbox: {capacity: 3, batch: 2, within: 5s, max_message: 64}
            """;

    private final Team team = Team.under(ON);

    private static MessageSpec to(String recipient, MessagePriority priority, String body) {
        return MessageSpec.newBuilder()
                .setRecipient(recipient)
                .setKind(MessageKind.ALERT)
                .setPriority(priority)
                .setBody(body)
                .build();
    }

    private static MessageSpec normal(String recipient, String body) {
        return to(recipient, MessagePriority.NORMAL, body);
    }

    /** Workers v and w hold the leases of tasks a and b. */
    private void twoWorkers() {
        team.patch(add("a"), add("b"), add("c"));
        team.report("v", "a", 1, started());
        team.report("w", "b", 1, started());
    }

    private Decision plannerSends(MessageSpec... messages) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        m.setMessages(Arrays.asList(messages));
        return team.tell(m);
    }

    private Decision plannerReads(long upTo) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        m.setMailRead(new MailRead(upTo, false));
        return team.tell(m);
    }

    private Decision workerSends(String worker, String task, MessageSpec message) {
        return team.report(worker, task, 1, new SendMessage(message));
    }

    private Decision workerReads(String worker, long upTo) {
        return team.report(worker, "", 0, new MailRead(upTo, false));
    }

    private Optional<Decided> heartbeat(String worker, long readTo) {
        Heartbeat h = Heartbeat.newBuilder()
                .setRunId(team.runId)
                .setWorkerId(worker)
                .setSentAt(Messages.SENT)
                .setMailReadTo(readTo)
                .build();
        return team.step(new Input.OfHeartbeat(h, Origin.NONE));
    }

    private static MessageQueued queued(String id, String sentIn, MessageSpec m) {
        return new MessageQueued(id, "planner", SenderRole.PLANNER, sentIn, m, null, List.of());
    }

    private static void assertFacts(Optional<Decision> d, SpecificRecord... facts) {
        assertAccepted(d.orElseThrow(), facts);
    }

    /** The id of the n-th message of the last decision. */
    private String id(int n) {
        return team.run.sequence() + "." + n;
    }

    @Test
    void withoutTheFlagEverySendIsRefused() {
        Team off = Team.with(Team.workers(1));
        off.patch(add("a"));
        off.report("v", "a", 1, started());
        MessageSpec m = normal("lead", "hello");
        Mutation mutation = Messages.mutation(off.runId, "x", List.of());
        mutation.setMessages(List.of(m));
        assertRefused(
                off.tell(mutation), RejectionCode.FEATURE_DISABLED, "feature", "priority_mailbox", "message", "0");
        assertRefused(off.direct(new SendMessage(m)), RejectionCode.FEATURE_DISABLED, "feature", "priority_mailbox");
        assertRefused(
                off.tell(Messages.report(off.runId, "y", "v", "a", 1, new SendMessage(m))),
                RejectionCode.FEATURE_DISABLED,
                "feature",
                "priority_mailbox",
                "sender",
                "v",
                "sent_in",
                "y");
        assertRefused(
                off.tell(Messages.report(off.runId, "z", "v", "a", 1, new NeedsContext("why?"))),
                RejectionCode.FEATURE_DISABLED,
                "feature",
                "priority_mailbox",
                "sender",
                "v",
                "sent_in",
                "z");
    }

    @Test
    void aCriticalMessageIsDeliveredByTheDecisionThatSendsIt() {
        twoWorkers();
        MessageSpec m = to("v", MessagePriority.CRITICAL, "stop");
        Decision d = plannerSends(m);
        assertAccepted(
                d, queued(id(1), d.getCause().getMessageId(), m), new MailDelivered("v", List.of(id(1)), false, 1L));
    }

    @Test
    void theRestWaitsForTheRecipientsNextContactMostUrgentFirst() {
        twoWorkers();
        plannerSends(to("v", MessagePriority.LOW, "1"));
        String low = id(1);
        plannerSends(normal("v", "2"));
        String normal = id(1);
        plannerSends(to("v", MessagePriority.HIGH, "3"));
        String high = id(1);

        Decision d = team.tell(Messages.report(team.runId, "x", "v", "a", 1, started()));
        assertAccepted(d, new MailDelivered("v", List.of(high, normal), false, 2L));

        // No more than a batch is out at a time.
        assertThat(heartbeat("v", 0)).isEmpty();
        assertFacts(
                heartbeat("v", 2).map(Decided::decision),
                new MailAcknowledged("v", 2L),
                new MailDelivered("v", List.of(low), false, 3L));
    }

    @Test
    void whatWaitsIsDeliveredWithinTheBoundByTheTimer() {
        twoWorkers();
        long sent = team.now;
        plannerSends(normal("v", "hello"));
        String id = id(1);
        assertThat(team.run.nextDue()).isEqualTo(sent + 5_000);
        team.now = sent + 5_000;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), false, 1L));
        assertThat(team.run.nextDue()).isEqualTo(sent + 20_000);
    }

    @Test
    void whatIsNotReadIsDeliveredAgainEverMoreSeldom() {
        twoWorkers();
        plannerSends(to("v", MessagePriority.CRITICAL, "stop"));
        String id = id(1);
        team.now += 15_000;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), true, 1L));
        team.now += 29_999;
        assertThat(team.timer(worker -> team.now)).isEmpty();
        team.now += 1;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), true, 1L));
        assertAccepted(workerReads("v", 1), new MailAcknowledged("v", 1L));
        team.now += 3_600_000;
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void aReaderThatHasJustComeGetsAtOnceWhatIsNotRead() {
        twoWorkers();
        plannerSends(to("v", MessagePriority.CRITICAL, "1"), to("v", MessagePriority.CRITICAL, "2"));
        assertAccepted(
                team.report("v", "", 0, new MailRead(1L, true)),
                new MailAcknowledged("v", 1L),
                new MailDelivered("v", List.of((team.run.sequence() - 1) + ".2"), true, 2L));
    }

    @Test
    void readingIsSaidOnceAndNoFurtherThanWasDelivered() {
        twoWorkers();
        plannerSends(to("v", MessagePriority.CRITICAL, "1"), to("v", MessagePriority.CRITICAL, "2"));
        assertRefused(
                workerReads("v", 3), RejectionCode.NOT_DELIVERED, "recipient", "v", "up_to", "3", "delivered", "2");
        assertThat(heartbeat("v", 3)).isEmpty();
        assertAccepted(workerReads("v", 2), new MailAcknowledged("v", 2L));
        assertAccepted(workerReads("v", 2));
        assertAccepted(workerReads("v", 1));
        assertThat(heartbeat("v", 2)).isEmpty();
        assertRefused(workerReads("v", -1), RejectionCode.INVALID_VALUE, "field", "up_to");
        assertThat(team.run.mail().message(team.run.sequence() + ".1")).isNull();
    }

    @Test
    void nobodyIsTheLeadByTakingItsName() {
        twoWorkers();
        workerSends("v", "a", to("lead", MessagePriority.CRITICAL, "fire"));
        assertRefused(workerReads("lead", 1), RejectionCode.INVALID_ID, "field", "worker id", "id", "lead");
        assertThat(heartbeat("lead", 1)).isEmpty();
        assertAccepted(plannerReads(1), new MailAcknowledged("lead", 1L));
    }

    @Test
    void aMessageForEverybodyIsForEachWorkerButItsSender() {
        twoWorkers();
        team.report("x", "c", 1, started());
        MessageSpec m = to("*", MessagePriority.CRITICAL, "fire");
        Decision d = workerSends("w", "b", m);
        assertAccepted(
                d,
                new MessageQueued(id(1), "w", SenderRole.AGENT, d.getCause().getMessageId(), m, null, List.of("w")),
                new MailDelivered("v", List.of(id(1)), false, 1L),
                new MailDelivered("x", List.of(id(1)), false, 1L));
        String id = id(1);
        workerReads("v", 1);
        assertThat(team.run.mail().message(id)).isNotNull();
        workerReads("x", 1);
        assertThat(team.run.mail().message(id)).isNull();
    }

    @Test
    void whatNobodyCanGetComesToTheLead() {
        twoWorkers();
        MessageSpec unknown = normal("nobody", "hello");
        Decision d = workerSends("v", "a", unknown);
        assertAccepted(
                d,
                new MessageQueued(id(1), "v", SenderRole.AGENT, d.getCause().getMessageId(), unknown, null, List.of()),
                new MessageUndeliverable(id(1), "nobody", "no worker of that name has worked for the run", true));
        assertThat(team.run.mail().undeliverable()).isEqualTo(1);
        assertThat(team.run.mail().postings())
                .containsExactly(new Posting(
                        "lead",
                        id(1),
                        MessagePriority.NORMAL,
                        team.now,
                        0,
                        0,
                        "nobody",
                        "no worker of that name has worked for the run"));
    }

    @Test
    void nobodyToHearABroadcastSendsItToTheLead() {
        MessageSpec m = normal("*", "anybody?");
        Decision d = plannerSends(m);
        assertAccepted(
                d,
                queued(id(1), d.getCause().getMessageId(), m),
                new MessageUndeliverable(id(1), "*", "no other worker works for the run", true),
                // The planner that sent it was heard.
                new MailDelivered("lead", List.of(id(1)), false, 1L));
    }

    @Test
    void theMailOfAWorkerThatIsLostGoesToTheLead() {
        twoWorkers();
        plannerSends(normal("v", "wait"), to("*", MessagePriority.CRITICAL, "fire"));
        String direct = id(1);
        String broadcast = id(2);
        team.now += 30_000;
        Decision d =
                team.timer(worker -> worker.equals("w") ? team.now : Team.START).orElseThrow();
        assertThat(d.getFacts())
                .map(Facts::kind)
                .contains(
                        new WorkerLost("v", Instant.ofEpochMilli(Team.START)),
                        new MessageUndeliverable(broadcast, "v", "the worker was lost", false),
                        new MessageUndeliverable(direct, "v", "the worker was lost", true));
    }

    @Test
    void anExpiredMessageLeavesEveryMailbox() {
        twoWorkers();
        MessageSpec m = normal("*", "now or never");
        m.setTtlMillis(2_000L);
        Decision d = plannerSends(m);
        assertAccepted(
                d,
                new MessageQueued(
                        id(1),
                        "planner",
                        SenderRole.PLANNER,
                        d.getCause().getMessageId(),
                        m,
                        Instant.ofEpochMilli(team.now + 2_000),
                        List.of()));
        String id = id(1);
        assertThat(team.run.nextDue()).isEqualTo(team.now + 2_000);
        team.now += 2_000;
        assertFacts(heartbeat("v", 0).map(Decided::decision), new MessageExpired(id, 2));
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void aFullMailboxRefusesLowBeforeHigh() {
        twoWorkers();
        plannerSends(to("v", MessagePriority.LOW, "1"), to("v", MessagePriority.HIGH, "2"));
        workerSends("w", "b", to("v", MessagePriority.LOW, "3"));
        String third = id(1);
        String sentIn = team.log.get(team.log.size() - 1).decision().getCause().getMessageId();
        assertRefused(
                plannerSends(to("v", MessagePriority.LOW, "4")),
                RejectionCode.MAILBOX_FULL,
                "recipient",
                "v",
                "capacity",
                "3",
                "priority",
                "LOW",
                "message",
                "0");
        MessageSpec m = normal("v", "5");
        Decision d = plannerSends(m);
        // The newest of the least urgent gives way.
        assertAccepted(
                d,
                queued(id(1), d.getCause().getMessageId(), m),
                new MessageDisplaced(third, "v", id(1), "w", SenderRole.AGENT, sentIn));
    }

    @Test
    void whatAPlannerSentAndGaveWayComesBackToTheLead() {
        twoWorkers();
        plannerSends(normal("v", "1"), normal("v", "2"), to("v", MessagePriority.LOW, "3"));
        String low = id(3);
        Decision d = plannerSends(to("v", MessagePriority.HIGH, "4"));
        assertThat(d.getFacts())
                .map(Facts::kind)
                .contains(new MessageUndeliverable(
                        low, "v", "it gave way to message " + id(1) + " in a full mailbox", true));
    }

    @Test
    void onlyFullMailboxesMissAMessageForEverybody() {
        twoWorkers();
        plannerSends(normal("v", "1"), normal("v", "2"), normal("v", "3"));
        Decision d = plannerSends(normal("*", "4"));
        assertThat(d.getFacts().get(0).getMessageQueued().getExceptFor()).containsExactly("v");
        assertThat(team.run.mail().size("v")).isEqualTo(3);
        assertThat(team.run.mail().size("w")).isEqualTo(1);
    }

    @Test
    void messagesThatCannotBeAreRefusedWithTheReason() {
        twoWorkers();
        MessageSpec negative = normal("v", "x");
        negative.setTtlMillis(-1L);
        assertRefused(plannerSends(negative), RejectionCode.INVALID_VALUE, "field", "ttl_millis", "message", "0");
        MessageSpec never = normal("v", "x");
        never.setTtlMillis(Long.MAX_VALUE);
        assertRefused(plannerSends(never), RejectionCode.INVALID_VALUE, "field", "ttl_millis", "message", "0");
        assertRefused(
                plannerSends(normal("v", "é".repeat(1 << 20))),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "mailbox.max_message",
                "limit",
                "64",
                "value",
                Integer.toString(1 << 20),
                "message",
                "0");
        assertRefused(
                plannerSends(normal("v", "é".repeat(33))),
                RejectionCode.CAP_EXCEEDED,
                "cap",
                "mailbox.max_message",
                "limit",
                "64",
                "value",
                "66",
                "message",
                "0");
        assertRefused(
                plannerSends(normal("", "x")),
                RejectionCode.INVALID_ID,
                "field",
                "recipient",
                "id",
                "",
                "message",
                "0");
        MessageSpec about = normal("v", "x");
        about.setTaskId("z");
        assertRefused(plannerSends(about), RejectionCode.UNKNOWN_TASK, "task_id", "z", "message", "0");
        MessageSpec what = normal("v", "x");
        what.setKind(MessageKind.UNKNOWN);
        assertRefused(plannerSends(what), RejectionCode.UNSUPPORTED, "field", "kind", "message", "0");
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void agentsGiveNoOrdersAndWriteNotToThemselves() {
        twoWorkers();
        MessageSpec order = normal("w", "x");
        order.setKind(MessageKind.DIRECTIVE);
        String sentIn = "m-order";
        assertRefused(
                team.tell(Messages.report(team.runId, sentIn, "v", "a", 1, new SendMessage(order))),
                RejectionCode.INVALID_VALUE,
                "field",
                "kind",
                "sender",
                "v",
                "sent_in",
                sentIn);
        assertRefused(
                team.tell(Messages.report(team.runId, "m-self", "v", "a", 1, new SendMessage(normal("v", "x")))),
                RejectionCode.INVALID_VALUE,
                "field",
                "recipient",
                "sender",
                "v",
                "sent_in",
                "m-self");
        Decision fenced = team.report("v", "b", 1, new SendMessage(normal("w", "x")));
        assertThat(fenced.getRejection().getCode()).isEqualTo(RejectionCode.FENCED);
    }

    @Test
    void whoSendsUnderAnAttemptHasTakenItUp() {
        team.patch(add("a"));
        Decision d = workerSends("v", "a", normal("lead", "hello"));
        assertThat(d.getFacts()).map(Facts::kind).startsWith(new TaskStarted("a", 1, "v"));
    }

    @Test
    void anAttemptThatNeedsContextWaitsWithoutBurningItsTime() {
        twoWorkers();
        team.now += 60_000;
        Decision asked = team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        String question = id(1);
        MessageSpec m = MessageSpec.newBuilder()
                .setRecipient("lead")
                .setKind(MessageKind.NEEDS_CONTEXT)
                .setPriority(MessagePriority.HIGH)
                .setTaskId("a")
                .setBody("which?")
                .setCorrelation("ask")
                .build();
        assertAccepted(
                asked,
                new MessageQueued(question, "v", SenderRole.AGENT, "ask", m, null, List.of()),
                new ContextRequested("a", 1, question));

        // An hour goes by, six times the limit, with signs of life; the other worker is at its limit.
        team.report("w", "b", 1, submitted(null));
        team.now += 3_600_000;
        team.timer(worker -> team.now);
        assertThat(team.task("a").attempt()).isEqualTo(1);
        assertThat(team.run.mail().contextWanted()).map(ContextWait::taskId).containsExactly("a");

        MessageSpec answer = MessageSpec.newBuilder()
                .setRecipient("v")
                .setKind(MessageKind.CONTEXT)
                .setReplyTo(question)
                .setBody("this one")
                .build();
        Decision d = plannerSends(answer);
        String answered = id(1);
        MessageSpec kept = MessageSpec.newBuilder(answer)
                .setPriority(MessagePriority.CRITICAL)
                .setCorrelation("ask")
                .build();
        assertAccepted(
                d,
                queued(answered, d.getCause().getMessageId(), kept),
                new ContextProvided("a", 1, question, answered),
                new MailDelivered("v", List.of(answered), false, 1L));
        assertThat(team.run.worked(team.task("a"), team.now)).isEqualTo(60_000);

        // Answered once, its time runs again to its end.
        assertRefused(plannerSends(answer), RejectionCode.UNKNOWN_MESSAGE, "message_id", question, "message", "0");
        team.now += 539_999;
        team.timer(worker -> team.now);
        assertThat(team.task("a").attempt()).isEqualTo(1);
        team.now += 1;
        Decision over = team.timer(worker -> team.now).orElseThrow();
        assertThat(over.getFacts())
                .map(Facts::kind)
                .contains(
                        new CapReached("worker_timeout", 600_000L, 600_000L, "a"),
                        new AttemptFailed("a", 1, "v", "it took longer than worker_timeout", true, null));
    }

    @Test
    void anAnswerGoesToWhoAsked() {
        twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        MessageSpec answer = MessageSpec.newBuilder()
                .setRecipient("w")
                .setKind(MessageKind.CONTEXT)
                .setReplyTo(id(1))
                .build();
        assertRefused(plannerSends(answer), RejectionCode.INVALID_VALUE, "field", "recipient", "message", "0");
    }

    @Test
    void aQuestionOfAnAttemptThatIsOverHoldsUpNobody() {
        twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        assertThat(team.run.mail().contextWanted()).hasSize(1);
        team.report("v", "a", 1, submitted("found out"));
        assertThat(team.run.mail().contextWanted()).isEmpty();
        assertThat(team.run.tables().contextWaits.isEmpty()).isTrue();
    }

    @Test
    void aQuestionDoesNotGiveWay() {
        twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        workerSends("w", "b", to("lead", MessagePriority.HIGH, "1"));
        String other = id(1);
        workerSends("w", "b", to("lead", MessagePriority.HIGH, "2"));
        String newest = id(1);
        Decision d = workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "3"));
        assertThat(d.getFacts().get(1).getMessageDisplaced().getMessageId()).isEqualTo(newest);
        workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "4"));
        assertThat(team.run.mail().message(other)).isNull();
        Decision full = workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "5"));
        assertThat(full.getRejection().getCode()).isEqualTo(RejectionCode.MAILBOX_FULL);
        assertThat(team.run.mail().contextWanted()).hasSize(1);
    }

    @Test
    void aMutationSendsAllOrNone() {
        twoWorkers();
        Mutation m = Messages.mutation(team.runId, "x", List.of(add("d")));
        m.setMessages(List.of(normal("v", "1"), normal("v", "x".repeat(65))));
        assertThat(team.tell(m).getRejection().getDetails()).containsEntry("message", "1");
        assertThat(team.task("d")).isNull();
        assertThat(team.run.mail().isEmpty()).isTrue();
    }
}
