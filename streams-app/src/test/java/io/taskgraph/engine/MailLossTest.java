package io.taskgraph.engine;

import static io.taskgraph.engine.Post.assertFacts;
import static io.taskgraph.engine.Post.normal;
import static io.taskgraph.engine.Post.queued;
import static io.taskgraph.engine.Post.to;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MessageDisplaced;
import io.taskgraph.avro.MessageExpired;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MessageUndeliverable;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.WorkerLost;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that leave their mailboxes unread: nobody can get them, their time is over, something more urgent came. */
class MailLossTest {
    private final Post post = new Post();
    private final Team team = post.team;

    @Test
    void whatNobodyCanGetComesToTheLead() {
        post.twoWorkers();
        MessageSpec unknown = normal("nobody", "hello");
        Decision d = post.workerSends("v", "a", unknown);
        assertAccepted(
                d,
                new MessageQueued(
                        post.id(1), "v", SenderRole.AGENT, d.getCause().getMessageId(), unknown, null, List.of()),
                new MessageUndeliverable(post.id(1), "nobody", "no worker of that name has worked for the run", true));
        assertThat(team.run.mail().undeliverable()).isEqualTo(1);
        assertThat(team.run.mail().postings())
                .containsExactly(new Posting(
                        "lead",
                        post.id(1),
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
        Decision d = post.plannerSends(m);
        assertAccepted(
                d,
                queued(post.id(1), d.getCause().getMessageId(), m),
                new MessageUndeliverable(post.id(1), "*", "no other worker works for the run", true),
                // The planner that sent it was heard.
                new MailDelivered("lead", List.of(post.id(1)), false, 1L));
    }

    @Test
    void theMailOfAWorkerThatIsLostGoesToTheLead() {
        post.twoWorkers();
        post.plannerSends(normal("v", "wait"), to("*", MessagePriority.CRITICAL, "fire"));
        String direct = post.id(1);
        String broadcast = post.id(2);
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
        post.twoWorkers();
        MessageSpec m = normal("*", "now or never");
        m.setTtlMillis(2_000L);
        Decision d = post.plannerSends(m);
        assertAccepted(
                d,
                new MessageQueued(
                        post.id(1),
                        "planner",
                        SenderRole.PLANNER,
                        d.getCause().getMessageId(),
                        m,
                        Instant.ofEpochMilli(team.now + 2_000),
                        List.of()));
        String id = post.id(1);
        assertThat(team.run.nextDue()).isEqualTo(team.now + 2_000);
        team.now += 2_000;
        assertFacts(post.heartbeat("v", 0).map(Decided::decision), new MessageExpired(id, 2));
        assertThat(team.run.mail().isEmpty()).isTrue();
    }

    @Test
    void aFullMailboxRefusesLowBeforeHigh() {
        post.twoWorkers();
        post.plannerSends(to("v", MessagePriority.LOW, "1"), to("v", MessagePriority.HIGH, "2"));
        post.workerSends("w", "b", to("v", MessagePriority.LOW, "3"));
        String third = post.id(1);
        String sentIn = team.log.get(team.log.size() - 1).decision().getCause().getMessageId();
        assertRefused(
                post.plannerSends(to("v", MessagePriority.LOW, "4")),
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
        Decision d = post.plannerSends(m);
        // The newest of the least urgent gives way.
        assertAccepted(
                d,
                queued(post.id(1), d.getCause().getMessageId(), m),
                new MessageDisplaced(third, "v", post.id(1), "w", SenderRole.AGENT, sentIn));
    }

    @Test
    void whatAPlannerSentAndGaveWayComesBackToTheLead() {
        post.twoWorkers();
        post.plannerSends(normal("v", "1"), normal("v", "2"), to("v", MessagePriority.LOW, "3"));
        String low = post.id(3);
        Decision d = post.plannerSends(to("v", MessagePriority.HIGH, "4"));
        assertThat(d.getFacts())
                .map(Facts::kind)
                .contains(new MessageUndeliverable(
                        low, "v", "it gave way to message " + post.id(1) + " in a full mailbox", true));
    }

    @Test
    void onlyFullMailboxesMissAMessageForEverybody() {
        post.twoWorkers();
        post.plannerSends(normal("v", "1"), normal("v", "2"), normal("v", "3"));
        Decision d = post.plannerSends(normal("*", "4"));
        assertThat(d.getFacts().get(0).getMessageQueued().getExceptFor()).containsExactly("v");
        assertThat(team.run.mail().size("v")).isEqualTo(3);
        assertThat(team.run.mail().size("w")).isEqualTo(1);
    }
}
