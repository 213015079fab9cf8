package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageRefused;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail through the topology: what is sent comes out on the signals, again until it is read. */
class MailTopologyTest {
    @TempDir
    Path stateDir;

    private TopologyFixture topology;
    private int mutations;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(stateDir);
        Policy policy = Presets.parse("name: mail\nversion: 1\nflags: {mutable_graph: true, priority_mailbox: true}\n"
                + "mailbox: {capacity: 2, batch: 10, within: 2s}\n");
        topology.driver
                .createInputTopic(
                        topology.topics.policies().name(),
                        new org.apache.kafka.common.serialization.StringSerializer(),
                        topology.registry.serde(topology.topics.policies()).serializer())
                .pipeInput("mail@1", profile(policy));
        topology.mutations.pipeInput("r", topology.create("r", "mail", "a", "b"));
        topology.reports.pipeInput("r", topology.started("r", "v", "a", 1));
        topology.signals.readValuesToList();
    }

    private static PolicyProfile profile(Policy policy) {
        return PolicyProfile.newBuilder()
                .setName("mail")
                .setVersion(1)
                .setDocument(policy.document())
                .setPublishedAt(TopologyFixture.START)
                .build();
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private static MessageSpec to(String recipient, MessagePriority priority, String body) {
        return MessageSpec.newBuilder()
                .setRecipient(recipient)
                .setKind(MessageKind.ALERT)
                .setPriority(priority)
                .setBody(body)
                .build();
    }

    private void plannerSends(MessageSpec... messages) {
        Mutation m = topology.patch("r", "mutation-" + ++mutations);
        m.setMessages(List.of(messages));
        topology.mutations.pipeInput("r", m);
    }

    private Heartbeat heartbeat(long readTo) {
        return Heartbeat.newBuilder()
                .setRunId("r")
                .setWorkerId("v")
                .setSentAt(TopologyFixture.START)
                .setMailReadTo(readTo)
                .build();
    }

    private List<Command> signals() {
        return topology.signals.readValuesToList();
    }

    private static Stream<String> bodies(Command c) {
        return c.getDeliverMessages().getMessages().stream().map(m -> m.getNumber() + " " + m.getBody());
    }

    @Test
    void whatIsSentIsDeliveredOnTheSignalsUntilItIsRead() {
        plannerSends(to("v", MessagePriority.CRITICAL, "stop"));

        assertThat(signals()).singleElement().satisfies(c -> {
            assertThat(c.getWorkerId()).isEqualTo("v");
            DeliveredMessage m = c.getDeliverMessages().getMessages().get(0);
            assertThat(c.getDeliverMessages())
                    .isEqualTo(new DeliverMessages(
                            0L,
                            0L,
                            false,
                            List.of(DeliveredMessage.newBuilder()
                                    .setNumber(1)
                                    .setMessageId("3.1")
                                    .setKind(MessageKind.ALERT)
                                    .setPriority(MessagePriority.CRITICAL)
                                    .setBody("stop")
                                    .setSender("planner")
                                    .setSenderRole(SenderRole.PLANNER)
                                    .setSentAt(m.getSentAt())
                                    .build())));
        });

        // Nobody says that it was read: it comes again.
        for (int i = 0; i < 70; i++) {
            topology.heartbeats.pipeInput("r", heartbeat(0));
            topology.advance(Duration.ofMillis(100));
        }
        assertThat(signals()).singleElement().satisfies(c -> {
            assertThat(c.getDeliverMessages().getAgain()).isTrue();
            assertThat(bodies(c)).containsExactly("1 stop");
        });

        topology.heartbeats.pipeInput("r", heartbeat(1));
        long decisions = topology.decisions.readValuesToList().size();
        assertThat(decisions).isEqualTo(5);
        topology.heartbeats.pipeInput("r", heartbeat(1));
        topology.advance(Duration.ofSeconds(10));
        assertThat(signals()).isEmpty();
    }

    @Test
    void aHeartbeatFetchesWhatWaitsAndOneThatMeetsNoMailLeavesNoTrace() {
        plannerSends(to("v", MessagePriority.LOW, "1"), to("v", MessagePriority.HIGH, "2"));
        topology.decisions.readValuesToList();
        assertThat(signals()).isEmpty();

        topology.heartbeats.pipeInput("r", heartbeat(0));

        assertThat(signals()).singleElement().satisfies(c -> assertThat(bodies(c))
                .containsExactly("1 2", "2 1"));
        assertThat(topology.decisions.readValuesToList()).hasSize(1);
        topology.heartbeats.pipeInput("r", heartbeat(0));
        assertThat(topology.decisions.readValuesToList()).isEmpty();
    }

    @Test
    void theTimerDeliversWithinTheBound() {
        plannerSends(to("v", MessagePriority.NORMAL, "hello"));
        topology.advance(Duration.ofMillis(1_900));
        assertThat(signals()).isEmpty();
        topology.advance(Duration.ofMillis(200));
        assertThat(signals()).singleElement().satisfies(c -> assertThat(bodies(c))
                .containsExactly("1 hello"));
    }

    @Test
    void aQuestionGoesToTheLeadAndItsAnswerBackToTheAttempt() {
        Report ask = topology.report("r", "v", "a", 1);
        ask.setNeedsContext(new NeedsContext("which?"));
        topology.reports.pipeInput("r", ask);
        topology.advance(Duration.ofMillis(2_100));
        List<Command> signals = signals();
        assertThat(signals).singleElement().satisfies(c -> {
            assertThat(c.getWorkerId()).isEqualTo("lead");
            assertThat(bodies(c)).containsExactly("1 which?");
        });
        List<RunSummary> told = topology.summaries.readValuesToList();
        assertThat(told.get(told.size() - 1).getContextWanted()).isEqualTo(1);
        String question =
                signals.get(0).getDeliverMessages().getMessages().get(0).getMessageId();

        Directive answer = Directive.newBuilder()
                .setMessageId("answer")
                .setRunId("r")
                .setSentAt(TopologyFixture.START)
                .setActor("olga")
                .setSendMessage(new SendMessage(MessageSpec.newBuilder()
                        .setRecipient("v")
                        .setKind(MessageKind.CONTEXT)
                        .setReplyTo(question)
                        .setBody("this one")
                        .build()))
                .build();
        topology.directives.pipeInput("r", answer);

        assertThat(signals()).singleElement().satisfies(c -> {
            DeliveredMessage m = c.getDeliverMessages().getMessages().get(0);
            assertThat(c.getWorkerId()).isEqualTo("v");
            assertThat(m.getBody()).isEqualTo("this one");
            assertThat(m.getCorrelation()).isEqualTo(ask.getMessageId());
            assertThat(m.getSenderRole()).isEqualTo(SenderRole.OPERATOR);
        });
        topology.advance(Duration.ofSeconds(1));
        told = topology.summaries.readValuesToList();
        assertThat(told.get(told.size() - 1).getContextWanted()).isZero();
    }

    @Test
    void anAgentIsToldOfAMessageThatIsRefusedOrGivesWay() {
        topology.reports.pipeInput("r", topology.started("r", "w", "b", 1));
        Report low = topology.report("r", "v", "a", 1);
        low.setMessage(new SendMessage(to("w", MessagePriority.LOW, "1")));
        topology.reports.pipeInput("r", low);
        plannerSends(to("w", MessagePriority.NORMAL, "2"));
        plannerSends(to("w", MessagePriority.NORMAL, "3"));
        assertThat(signals()).singleElement().satisfies(c -> {
            assertThat(c.getWorkerId()).isEqualTo("v");
            assertThat(c.getMessageRefused())
                    .isEqualTo(new MessageRefused(
                            low.getMessageId(),
                            "MAILBOX_FULL",
                            "it gave way to a more urgent message in the full mailbox of w"));
        });

        Report full = topology.report("r", "v", "a", 1);
        full.setMessage(new SendMessage(to("w", MessagePriority.NORMAL, "4")));
        topology.reports.pipeInput("r", full);
        assertThat(signals()).singleElement().satisfies(c -> {
            assertThat(c.getWorkerId()).isEqualTo("v");
            assertThat(c.getMessageRefused().getSentIn()).isEqualTo(full.getMessageId());
            assertThat(c.getMessageRefused().getCode()).isEqualTo("MAILBOX_FULL");
        });
    }

    @Test
    void aReaderThatHasJustComeIsGivenWhatIsNotRead() {
        plannerSends(to("v", MessagePriority.CRITICAL, "1"), to("v", MessagePriority.CRITICAL, "2"));
        signals();
        Report read = topology.report("r", "v", "", 0);
        read.setMailRead(new MailRead(1L, true));
        topology.reports.pipeInput("r", read);
        assertThat(signals()).singleElement().satisfies(c -> {
            assertThat(c.getDeliverMessages().getReadTo()).isEqualTo(1);
            assertThat(c.getDeliverMessages().getAfter()).isEqualTo(1);
            assertThat(bodies(c)).containsExactly("2 2");
        });
        List<Decision> log = topology.decisions.readValuesToList();
        assertThat(log.get(log.size() - 1).getFacts()).hasSize(2);
    }
}
