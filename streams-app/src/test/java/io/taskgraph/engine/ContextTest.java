package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Post.queued;
import static io.taskgraph.engine.Post.to;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.ContextProvided;
import io.taskgraph.avro.ContextRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.policy.contract.Cap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attempts that need context: their time stands still until they are answered. */
class ContextTest {
    private final Post post = new Post();
    private final Team team = post.team;

    @Test
    void anAttemptThatNeedsContextWaitsWithoutBurningItsTime() {
        post.twoWorkers();
        team.now += 60_000;
        Decision asked = team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        String question = post.id(1);
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
        Decision d = post.plannerSends(answer);
        String answered = post.id(1);
        MessageSpec kept = MessageSpec.newBuilder(answer)
                .setPriority(MessagePriority.CRITICAL)
                .setCorrelation("ask")
                .build();
        assertAccepted(
                d,
                queued(answered, d.getCause().getMessageId(), kept),
                new ContextProvided("a", 1, question, answered),
                new MailDelivered("v", List.of(answered), false, 1L));
        assertThat(WorkingTime.worked(team.run, team.task("a"), team.now)).isEqualTo(60_000);

        // Answered once, its time runs again to its end.
        assertRefused(post.plannerSends(answer), RejectionCode.UNKNOWN_MESSAGE, "message_id", question, "message", "0");
        team.now += 539_999;
        team.timer(worker -> team.now);
        assertThat(team.task("a").attempt()).isEqualTo(1);
        team.now += 1;
        Decision over = team.timer(worker -> team.now).orElseThrow();
        assertThat(over.getFacts())
                .map(Facts::kind)
                .contains(
                        Messages.reached(Cap.WORKER_TIMEOUT, 600_000L, 600_000L, "a"),
                        new AttemptFailed("a", 1, "v", "it took longer than worker_timeout", true, null));
    }

    @Test
    void anAnswerGoesToWhoAsked() {
        post.twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        MessageSpec answer = MessageSpec.newBuilder()
                .setRecipient("w")
                .setKind(MessageKind.CONTEXT)
                .setReplyTo(post.id(1))
                .build();
        assertRefused(post.plannerSends(answer), RejectionCode.INVALID_VALUE, "field", "recipient", "message", "0");
    }

    @Test
    void aQuestionOfAnAttemptThatIsOverHoldsUpNobody() {
        post.twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        assertThat(team.run.mail().contextWanted()).hasSize(1);
        team.report("v", "a", 1, submitted("found out"));
        assertThat(team.run.mail().contextWanted()).isEmpty();
        assertThat(team.run.tables().contextWaits.isEmpty()).isTrue();
    }

    @Test
    void aQuestionDoesNotGiveWay() {
        post.twoWorkers();
        team.tell(Messages.report(team.runId, "ask", "v", "a", 1, new NeedsContext("which?")));
        post.workerSends("w", "b", to("lead", MessagePriority.HIGH, "1"));
        String other = post.id(1);
        post.workerSends("w", "b", to("lead", MessagePriority.HIGH, "2"));
        String newest = post.id(1);
        Decision d = post.workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "3"));
        assertThat(d.getFacts().get(1).getMessageDisplaced().getMessageId()).isEqualTo(newest);
        post.workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "4"));
        assertThat(team.run.mail().message(other)).isNull();
        Decision full = post.workerSends("w", "b", to("lead", MessagePriority.CRITICAL, "5"));
        assertThat(full.getRejection().getCode()).isEqualTo(RejectionCode.MAILBOX_FULL);
        assertThat(team.run.mail().contextWanted()).hasSize(1);
    }
}
