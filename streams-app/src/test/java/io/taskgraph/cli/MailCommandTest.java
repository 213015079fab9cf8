package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.Cause;
import io.taskgraph.avro.ContextRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MessageUndeliverable;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.client.ControlPlaneByHand;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.policy.presets.Presets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people see of a run's mail and say in it, on a real broker, with the control plane's part played by hand. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(180)
class MailCommandTest {
    private static final String PREFIX = "mail-command.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Digest DIGEST = new Digest(new byte[32]);

    private static EmbeddedCluster cluster;
    private static ControlPlaneByHand plane;

    @BeforeAll
    static void start(EmbeddedCluster embedded) {
        cluster = embedded;
        plane = new ControlPlaneByHand(embedded, PREFIX);
        talk("talk");
        talk("answered");
    }

    /** A run in which an attempt waits for context, with mail besides. */
    private static void talk(String runId) {
        plane.decide(decision(
                runId,
                1,
                "created",
                List.of(
                        fact(f -> f.setRunCreated(RunCreated.newBuilder()
                                .setName("Talk")
                                .setGoal("talk")
                                .setPolicyName("mail")
                                .setPolicyDocument(Presets.parse("name: mail\nflags: {priority_mailbox: true}\n")
                                        .document())
                                .build())),
                        fact(f -> f.setTaskAdded(new TaskAdded(
                                TaskSpec.newBuilder().setTaskId("t").build()))),
                        fact(f -> f.setPhaseChanged(new PhaseChanged(Phase.IDLE, Phase.PLANNING, "created", ""))),
                        fact(f -> f.setPhaseChanged(new PhaseChanged(Phase.PLANNING, Phase.EXECUTING, "planned", ""))),
                        fact(f -> f.setTaskDispatched(new TaskDispatched("t", 1, null))),
                        fact(f -> f.setTaskStarted(new TaskStarted("t", 1, "w"))))));
        plane.decide(decision(
                runId,
                2,
                "said",
                List.of(
                        fact(f -> f.setMessageQueued(
                                queued("2.1", "lead", MessageKind.NEEDS_CONTEXT, MessagePriority.HIGH, "which?"))),
                        fact(f -> f.setContextRequested(new ContextRequested("t", 1, "2.1"))),
                        fact(f -> f.setMessageQueued(
                                queued("2.2", "gone", MessageKind.ALERT, MessagePriority.LOW, "anybody?"))),
                        fact(f -> f.setMessageUndeliverable(
                                new MessageUndeliverable("2.2", "gone", "the worker left", true))),
                        fact(f -> f.setMessageQueued(
                                queued("2.3", "w", MessageKind.ALERT, MessagePriority.CRITICAL, "stop\u001b[31m"))),
                        fact(f -> f.setMailDelivered(new MailDelivered("w", List.of("2.3"), false, 1L))))));
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    private static MessageQueued queued(
            String id, String recipient, MessageKind kind, MessagePriority priority, String body) {
        return MessageQueued.newBuilder()
                .setMessageId(id)
                .setSender("w")
                .setSenderRole(SenderRole.AGENT)
                .setSentIn("m")
                .setMessage(MessageSpec.newBuilder()
                        .setRecipient(recipient)
                        .setKind(kind)
                        .setPriority(priority)
                        .setTaskId("t")
                        .setBody(body)
                        .build())
                .build();
    }

    private static Decision decision(String runId, long sequence, String messageId, List<Fact> facts) {
        return Decision.newBuilder()
                .setRunId(runId)
                .setSequence(sequence)
                .setDecidedAt(Instant.ofEpochMilli(1_000 + sequence))
                .setCause(Cause.newBuilder()
                        .setFamily("mutations")
                        .setMessageId(messageId)
                        .build())
                .setOutcome(Outcome.ACCEPTED)
                .setFacts(facts)
                .setGraphVersion(1)
                .setStateDigest(DIGEST)
                .setPreviousHash(DIGEST)
                .build();
    }

    private static Fact fact(UnaryOperator<Fact.Builder> kind) {
        return kind.apply(Fact.newBuilder()).build();
    }

    private static CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registryUrl()));
        all.addAll(List.of("--prefix", PREFIX));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void whatIsUnreadIsListedForPeopleAndPrograms() throws Exception {
        CommandLineRun people = run("mail", "talk");
        assertThat(people.err()).isEmpty();
        assertThat(people.exitCode()).isZero();
        assertThat(people.out())
                .containsPattern("2\\.1 +lead +high +needs_context .* waits +w +t +which\\?")
                .containsPattern("2\\.2 +lead +low .*\\(not deliverable to gone: the worker left\\) anybody\\?")
                .containsPattern("2\\.3 +w +critical +alert .* delivered as 1 ")
                .contains("Task t, attempt 1, waits for context since ")
                .contains("`taskgraph mail talk --answer 2.1 --body TEXT` answers.")
                .doesNotContain("\u001b");

        CommandLineRun programs = run("mail", "talk", "--json", "--for", "w");
        JsonNode one = JSON.readTree(programs.out());
        assertThat(one.path("message_id").asText()).isEqualTo("2.3");
        assertThat(one.path("recipient").asText()).isEqualTo("w");
        assertThat(one.path("priority").asText()).isEqualTo("critical");
        assertThat(one.path("delivered").asBoolean()).isTrue();
        assertThat(one.path("number").asLong()).isEqualTo(1);
        assertThat(one.path("sent_at").asText()).isEqualTo("1970-01-01T00:00:01.002Z");
        assertThat(one.path("expires_at").isNull()).isTrue();
        assertThat(run("mail", "talk", "--for", "nobody").out()).isEqualTo("Nothing is unread.\n");

        assertThat(run("show", "talk").out())
                .contains("3 messages unread, 1 of them undeliverable, 1 attempt waiting for context");
        assertThat(JSON.readTree(run("show", "talk", "--json").out())
                        .path("mail_unread")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void anOperatorAnswersAQuestionAndSendsAMessage() throws Exception {
        Directive answer =
                said("answered", "mail", "answered", "--answer", "2.1", "--body", "this one", "--actor", "olga");
        assertThat(answer.getSendMessage().getMessage())
                .isEqualTo(MessageSpec.newBuilder()
                        .setRecipient("w")
                        .setKind(MessageKind.CONTEXT)
                        .setPriority(MessagePriority.NORMAL)
                        .setTaskId("t")
                        .setBody("this one")
                        .setReplyTo("2.1")
                        .build());
        Directive message = said(
                "elsewhere",
                "mail",
                "elsewhere",
                "--send",
                "*",
                "--body",
                "noon",
                "--priority",
                "high",
                "--ttl",
                "60",
                "--topic",
                "lunch");
        assertThat(message.getSendMessage().getMessage())
                .isEqualTo(MessageSpec.newBuilder()
                        .setRecipient("*")
                        .setKind(MessageKind.DIRECTIVE)
                        .setPriority(MessagePriority.HIGH)
                        .setTopic("lunch")
                        .setBody("noon")
                        .setTtlMillis(60_000L)
                        .build());
    }

    /** Runs the command, decides on what it says, and gives that. */
    private static Directive said(String runId, String... args) throws Exception {
        CompletableFuture<CommandLineRun> command = CompletableFuture.supplyAsync(() -> run(args));
        Directive directive = plane
                .readUntil(plane.topics.directives(), all -> all.stream().anyMatch(d -> runId.equals(d.getRunId())))
                .stream()
                .filter(d -> runId.equals(d.getRunId()))
                .findFirst()
                .orElseThrow();
        plane.decide(decision(runId, 21, directive.getMessageId(), List.of()));
        CommandLineRun done = command.get(60, TimeUnit.SECONDS);
        assertThat(done.err()).isEmpty();
        assertThat(done.out()).startsWith("accepted  " + runId + "  ");
        assertThat(done.exitCode()).isZero();
        return directive;
    }

    @Test
    void whatMakesNoSenseIsOneSentence() {
        assertThat(List.of(
                        run("mail", "talk", "--body", "x"),
                        run("mail", "talk", "--send", "w"),
                        run("mail", "talk", "--send", "w", "--answer", "2.1", "--body", "x"),
                        run("mail", "talk", "--send", "w", "--body", "x", "--kind", "shout")))
                .allSatisfy(r -> {
                    assertThat(r.exitCode()).isEqualTo(2);
                    assertThat(r.err()).isNotBlank();
                });
        CommandLineRun unknown = run("mail", "talk", "--answer", "7.7", "--body", "x");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("Nothing in run talk waits for an answer to message 7.7");
        CommandLineRun nowhere = run("mail", "nowhere");
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.err()).contains("There is no run nowhere");
    }
}
