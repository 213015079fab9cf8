package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Planners and operators on a real broker, with decisions written by hand. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(120)
class ClientTest {
    private static Decision decision(String runId, String messageId, long sequence, Outcome outcome) {
        return Decision.newBuilder()
                .setRunId(runId)
                .setSequence(sequence)
                .setDecidedAt(Instant.ofEpochMilli(1))
                .setCause(Cause.newBuilder()
                        .setFamily("mutations")
                        .setMessageId(messageId)
                        .build())
                .setOutcome(outcome)
                .setGraphVersion(1)
                .setStateDigest(new Digest(new byte[32]))
                .setPreviousHash(new Digest(new byte[32]))
                .build();
    }

    @Test
    void eachMessageGetsTheDecisionOnIt(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = new ControlPlaneByHand(cluster, "client-test.");
                Client client = Client.connect(plane.config)) {
            Planner planner = client.planner("ann");

            // When a run is created and patched
            RunSpec spec = RunSpec.withId("run")
                    .name("Demo")
                    .goal("Show it")
                    .preset("demo")
                    .label("team", "one")
                    .patch(Patch.empty().addTask("a"));
            CompletableFuture<Answer> created = planner.createRun(spec);
            CompletableFuture<Answer> patched =
                    planner.patch("run", 1, Patch.empty().addTask("b").addDependency("b", "a"));

            // Then the messages say so
            List<Mutation> mutations = plane.readUntil(plane.topics.mutations(), read -> read.size() >= 2);
            Mutation first = mutations.get(0);
            Mutation second = mutations.get(1);
            assertThat(first.getCreateRun())
                    .isEqualTo(new CreateRun(
                            "Demo", "Show it", "demo", Map.of("team", "one"), null, null, null, null, List.of()));
            assertThat(first.getOperations()).isEqualTo(spec.patch().operations());
            assertThat(first.getActor()).isEqualTo("ann");
            assertThat(second.getExpectedVersion()).isEqualTo(1);
            assertThat(second.getCreateRun()).isNull();

            // When decisions are written, those on other messages and runs among them
            Decision refusal = decision("run", second.getMessageId(), 2, Outcome.REJECTED);
            refusal.setRejection(
                    new Rejection(RejectionCode.VERSION_CONFLICT, "The graph is at 3.", Map.of("actual_version", "3")));
            plane.decide(decision("another-run", first.getMessageId(), 7, Outcome.REJECTED));
            plane.decide(decision("run", "another-message", 8, Outcome.REJECTED));
            plane.decide(refusal);
            plane.decide(decision("run", first.getMessageId(), 1, Outcome.ACCEPTED));

            // Then each future gets its own
            assertThat(created.join())
                    .isEqualTo(new Answer("run", first.getMessageId(), 1, 1, false, Optional.empty()));
            assertThat(patched.join())
                    .isEqualTo(new Answer(
                            "run",
                            second.getMessageId(),
                            2,
                            1,
                            false,
                            Optional.of(new Answer.Refusal(
                                    RejectionCode.VERSION_CONFLICT,
                                    "The graph is at 3.",
                                    Map.of("actual_version", "3")))));

            // When the same message is sent again, then it is answered with the decision it had got
            CompletableFuture<Answer> again = planner.submit(first);
            assertThat(plane.readUntil(plane.topics.mutations(), read -> read.size() >= 3)
                            .get(2))
                    .isEqualTo(first);
            Decision duplicate = decision("run", first.getMessageId(), 3, Outcome.DUPLICATE);
            duplicate.setDuplicateOf(1L);
            plane.decide(duplicate);
            assertThat(again.join()).isEqualTo(new Answer("run", first.getMessageId(), 1, 1, true, Optional.empty()));

            // And operators are answered in the same way
            CompletableFuture<Answer> paused = client.operator("olga").pause("run", "lunch");
            Directive directive = plane.readUntil(plane.topics.directives(), read -> read.size() >= 1)
                    .get(0);
            assertThat(directive.getPauseRun()).isEqualTo(new PauseRun());
            assertThat(directive.getReason()).isEqualTo("lunch");
            plane.decide(decision("run", directive.getMessageId(), 4, Outcome.ACCEPTED));
            assertThat(paused.join().accepted()).isTrue();
        }
    }

    @Test
    void silenceAndWhatIsTooLargeAreSaidClearly(EmbeddedCluster cluster) {
        try (ControlPlaneByHand plane = new ControlPlaneByHand(cluster, "client-test-silence.")) {
            ClientConfig hasty = ClientConfig.builder(cluster.bootstrap(), cluster.registryUrl())
                    .prefix("client-test-silence.")
                    .decisionTimeout(Duration.ofSeconds(1))
                    .build();
            try (Client client = Client.connect(hasty)) {
                Planner planner = client.planner("ann");
                Mutation message = planner.compose("run", null, Patch.empty().addTask("a"));

                assertThatThrownBy(() -> planner.submit(message).join())
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOf(NoDecisionException.class)
                        .hasMessage("No decision on message " + message.getMessageId()
                                + " of run run was heard within 1000 ms on " + cluster.bootstrap()
                                + ": see that the control plane is running there, then send the same message again; if it"
                                + " was decided meanwhile, you get the decision it got.");

                assertThatThrownBy(() -> planner.patch(
                                        "run",
                                        Patch.empty().addTask("a", task -> task.setPayload("x".repeat(9_000_000))))
                                .join())
                        .cause()
                        .isInstanceOf(OversizedMessageException.class)
                        .hasMessageContaining("The mutation for run run takes 90000")
                        .hasMessageContaining("split it into several");
            }
        }
    }
}
