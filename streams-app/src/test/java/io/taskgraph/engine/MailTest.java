package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Post.assertFacts;
import static io.taskgraph.engine.Post.normal;
import static io.taskgraph.engine.Post.queued;
import static io.taskgraph.engine.Post.to;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.MailAcknowledged;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskStarted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages: how they get into mailboxes, when they are delivered and read. */
class MailTest {
    private final Post post = new Post();
    private final Team team = post.team;

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
        post.twoWorkers();
        MessageSpec m = to("v", MessagePriority.CRITICAL, "stop");
        Decision d = post.plannerSends(m);
        assertAccepted(
                d,
                queued(post.id(1), d.getCause().getMessageId(), m),
                new MailDelivered("v", List.of(post.id(1)), false, 1L));
    }

    @Test
    void theRestWaitsForTheRecipientsNextContactMostUrgentFirst() {
        post.twoWorkers();
        post.plannerSends(to("v", MessagePriority.LOW, "1"));
        String low = post.id(1);
        post.plannerSends(normal("v", "2"));
        String normal = post.id(1);
        post.plannerSends(to("v", MessagePriority.HIGH, "3"));
        String high = post.id(1);

        Decision d = team.tell(Messages.report(team.runId, "x", "v", "a", 1, started()));
        assertAccepted(d, new MailDelivered("v", List.of(high, normal), false, 2L));

        // No more than a batch is out at a time.
        assertThat(post.heartbeat("v", 0)).isEmpty();
        assertFacts(
                post.heartbeat("v", 2).map(Decided::decision),
                new MailAcknowledged("v", 2L),
                new MailDelivered("v", List.of(low), false, 3L));
    }

    @Test
    void whatWaitsIsDeliveredWithinTheBoundByTheTimer() {
        post.twoWorkers();
        long sent = team.now;
        post.plannerSends(normal("v", "hello"));
        String id = post.id(1);
        assertThat(team.run.nextDue()).isEqualTo(sent + 5_000);
        team.now = sent + 5_000;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), false, 1L));
        assertThat(team.run.nextDue()).isEqualTo(sent + 20_000);
    }

    @Test
    void whatIsNotReadIsDeliveredAgainEverMoreSeldom() {
        post.twoWorkers();
        post.plannerSends(to("v", MessagePriority.CRITICAL, "stop"));
        String id = post.id(1);
        team.now += 15_000;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), true, 1L));
        team.now += 29_999;
        assertThat(team.timer(worker -> team.now)).isEmpty();
        team.now += 1;
        assertFacts(team.timer(worker -> team.now), new MailDelivered("v", List.of(id), true, 1L));
        assertAccepted(post.workerReads("v", 1), new MailAcknowledged("v", 1L));
        team.now += 3_600_000;
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void aReaderThatHasJustComeGetsAtOnceWhatIsNotRead() {
        post.twoWorkers();
        post.plannerSends(to("v", MessagePriority.CRITICAL, "1"), to("v", MessagePriority.CRITICAL, "2"));
        assertAccepted(
                team.report("v", "", 0, new MailRead(1L, true)),
                new MailAcknowledged("v", 1L),
                new MailDelivered("v", List.of((team.run.sequence() - 1) + ".2"), true, 2L));
    }

    @Test
    void readingIsSaidOnceAndNoFurtherThanWasDelivered() {
        post.twoWorkers();
        post.plannerSends(to("v", MessagePriority.CRITICAL, "1"), to("v", MessagePriority.CRITICAL, "2"));
        assertRefused(
                post.workerReads("v", 3),
                RejectionCode.NOT_DELIVERED,
                "recipient",
                "v",
                "up_to",
                "3",
                "delivered",
                "2");
        assertThat(post.heartbeat("v", 3)).isEmpty();
        assertAccepted(post.workerReads("v", 2), new MailAcknowledged("v", 2L));
        assertAccepted(post.workerReads("v", 2));
        assertAccepted(post.workerReads("v", 1));
        assertThat(post.heartbeat("v", 2)).isEmpty();
        assertRefused(post.workerReads("v", -1), RejectionCode.INVALID_VALUE, "field", "up_to");
        assertThat(team.run.mail().message(team.run.sequence() + ".1")).isNull();
    }

    @Test
    void nobodyIsTheLeadByTakingItsName() {
        post.twoWorkers();
        post.workerSends("v", "a", to("lead", MessagePriority.CRITICAL, "fire"));
        assertRefused(post.workerReads("lead", 1), RejectionCode.INVALID_ID, "field", "worker id", "id", "lead");
        assertThat(post.heartbeat("lead", 1)).isEmpty();
        assertAccepted(post.plannerReads(1), new MailAcknowledged("lead", 1L));
    }

    @Test
    void aMessageForEverybodyIsForEachWorkerButItsSender() {
        post.twoWorkers();
        team.report("x", "c", 1, started());
        MessageSpec m = to("*", MessagePriority.CRITICAL, "fire");
        Decision d = post.workerSends("w", "b", m);
        assertAccepted(
                d,
                new MessageQueued(
                        post.id(1), "w", SenderRole.AGENT, d.getCause().getMessageId(), m, null, List.of("w")),
                new MailDelivered("v", List.of(post.id(1)), false, 1L),
                new MailDelivered("x", List.of(post.id(1)), false, 1L));
        String id = post.id(1);
        post.workerReads("v", 1);
        assertThat(team.run.mail().message(id)).isNotNull();
        post.workerReads("x", 1);
        assertThat(team.run.mail().message(id)).isNull();
    }

    @Test
    void messagesThatCannotBeAreRefusedWithTheReason() {
        post.twoWorkers();
        MessageSpec negative = normal("v", "x");
        negative.setTtlMillis(-1L);
        assertRefused(post.plannerSends(negative), RejectionCode.INVALID_VALUE, "field", "ttl_millis", "message", "0");
        MessageSpec never = normal("v", "x");
        never.setTtlMillis(Long.MAX_VALUE);
        assertRefused(post.plannerSends(never), RejectionCode.INVALID_VALUE, "field", "ttl_millis", "message", "0");
        assertRefused(
                post.plannerSends(normal("v", "é".repeat(1 << 20))),
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
                post.plannerSends(normal("v", "é".repeat(33))),
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
                post.plannerSends(normal("", "x")),
                RejectionCode.INVALID_ID,
                "field",
                "recipient",
                "id",
                "",
                "message",
                "0");
        MessageSpec about = normal("v", "x");
        about.setTaskId("z");
        assertRefused(post.plannerSends(about), RejectionCode.UNKNOWN_TASK, "task_id", "z", "message", "0");
        MessageSpec what = normal("v", "x");
        what.setKind(MessageKind.UNKNOWN);
        assertRefused(post.plannerSends(what), RejectionCode.UNSUPPORTED, "field", "kind", "message", "0");
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void agentsGiveNoOrdersAndWriteNotToThemselves() {
        post.twoWorkers();
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
        Decision d = post.workerSends("v", "a", normal("lead", "hello"));
        assertThat(d.getFacts()).map(Facts::kind).startsWith(new TaskStarted("a", 1, "v"));
    }

    @Test
    void aMutationSendsAllOrNone() {
        post.twoWorkers();
        Mutation m = Messages.mutation(team.runId, "x", List.of(add("d")));
        m.setMessages(List.of(normal("v", "1"), normal("v", "x".repeat(65))));
        assertThat(team.tell(m).getRejection().getDetails()).containsEntry("message", "1");
        assertThat(team.task("d")).isNull();
        assertThat(team.run.mail().isEmpty()).isTrue();
    }
}
