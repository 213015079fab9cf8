package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Mail on a real broker, with the control plane's part played by hand. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(180)
class MailOnBrokerTest {
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static ControlPlaneByHand plane(EmbeddedCluster cluster) {
        return new ControlPlaneByHand(cluster, "mail-test-" + PREFIXES.incrementAndGet() + ".");
    }

    private static DeliveredMessage.Builder message(long number, String body) {
        return DeliveredMessage.newBuilder()
                .setNumber(number)
                .setMessageId("9." + number)
                .setKind(MessageKind.ALERT)
                .setPriority(MessagePriority.NORMAL)
                .setSender("worker-1")
                .setSenderRole(SenderRole.AGENT)
                .setSentAt(Instant.EPOCH)
                .setBody(body);
    }

    @Test
    void aWorkerAsksReadsAndSaysSoWithReportAndHeartbeat(EmbeddedCluster cluster) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        try (ControlPlaneByHand plane = plane(cluster);
                Worker worker = Worker.builder(plane.config)
                        .workerId("worker-1")
                        .onMessage(m -> heard.add(m.body()))
                        .handler(task -> {
                            String answer = task.needContext("which?").body();
                            goOn.get(60, TimeUnit.SECONDS);
                            return answer;
                        })
                        .start()) {
            plane.offer(plane.dispatch("run", "task", 1, "default"));
            Report question =
                    plane.reportsUntil(all -> all.stream().anyMatch(r -> r.getNeedsContext() != null)).stream()
                            .filter(r -> r.getNeedsContext() != null)
                            .findFirst()
                            .orElseThrow();

            plane.deliver(
                    "run",
                    "worker-1",
                    new DeliverMessages(
                            0L,
                            0L,
                            false,
                            List.of(
                                    message(1, "hello").build(),
                                    message(2, "this one")
                                            .setKind(MessageKind.CONTEXT)
                                            .setCorrelation(question.getMessageId())
                                            .build())));

            assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
            plane.reportsUntil(all -> all.stream().anyMatch(r -> new MailRead(2L, false).equals(r.getMailRead())));
            plane.heartbeatsUntil(all -> all.stream().anyMatch(h -> h.getMailReadTo() == 2));
            goOn.complete(null);
            plane.reportsUntil(all -> all.stream()
                    .anyMatch(r -> r.getSubmitted() != null
                            && "this one".equals(r.getSubmitted().getResult())));
            assertThat(heard).isEmpty();
            assertThat(worker.stats().succeeded()).isEqualTo(1);
        }
    }

    @Test
    void aPlannerReadsTheMailToTheLeadAndAnswers(EmbeddedCluster cluster) throws Exception {
        try (ControlPlaneByHand plane = plane(cluster);
                Client client = Client.connect(plane.config)) {
            Planner planner = client.planner("ann");
            BlockingQueue<CompletableFuture<Answer>> answers = new LinkedBlockingQueue<>();
            try (LeadMail mail = planner.mail("run", m -> answers.add(planner.answer(m, "main")))) {
                assertThat(mail).isNotNull();
                // It says at once that it is there
                mutationsUntil(plane, m -> new MailRead(0L, true).equals(m.getMailRead()));
                plane.deliver(
                        "other-run",
                        "lead",
                        new DeliverMessages(
                                0L, 0L, false, List.of(message(1, "not for it").build())));
                plane.deliver(
                        "run",
                        "lead",
                        new DeliverMessages(
                                0L,
                                0L,
                                false,
                                List.of(message(1, "which?").setCorrelation("c").build())));

                Mutation answer = mutationsUntil(plane, m -> !m.getMessages().isEmpty());
                assertThat(answer.getRunId()).isEqualTo("run");
                assertThat(answer.getMessages()).singleElement().satisfies(m -> {
                    assertThat(m.getRecipient()).isEqualTo("worker-1");
                    assertThat(m.getKind()).isEqualTo(MessageKind.CONTEXT);
                    assertThat(m.getReplyTo()).isEqualTo("9.1");
                    assertThat(m.getCorrelation()).isEqualTo("c");
                    assertThat(m.getBody()).isEqualTo("main");
                });
                mutationsUntil(plane, m -> new MailRead(1L, false).equals(m.getMailRead()));
                plane.decide(accepted(answer));
                assertThat(answers.poll(60, TimeUnit.SECONDS)
                                .get(60, TimeUnit.SECONDS)
                                .accepted())
                        .isTrue();
            }
        }
    }

    private static Mutation mutationsUntil(ControlPlaneByHand plane, java.util.function.Predicate<Mutation> wanted) {
        return plane.readUntil(plane.topics.mutations(), all -> all.stream().anyMatch(wanted)).stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    private static Decision accepted(Mutation m) {
        Digest zeros = new Digest(new byte[32]);
        return Decision.newBuilder()
                .setRunId(m.getRunId())
                .setSequence(10)
                .setDecidedAt(Instant.EPOCH)
                .setCause(Cause.newBuilder()
                        .setFamily("mutations")
                        .setMessageId(m.getMessageId())
                        .build())
                .setOutcome(Outcome.ACCEPTED)
                .setStateDigest(zeros)
                .setPreviousHash(zeros)
                .build();
    }
}
