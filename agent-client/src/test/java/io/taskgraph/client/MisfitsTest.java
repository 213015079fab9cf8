package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.ToolGrant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class MisfitsTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final LoadedExtension EXACT = loaded("files", "1.0.0", Map.of("save", "sha256:aa"));
    private static final LoadedExtension TAMPERED = loaded("files", "1.0.0", Map.of("save", "sha256:bb"));

    private static LoadedExtension loaded(String name, String version, Map<String, String> tools) {
        return new LoadedExtension(name, version, tools);
    }

    private static ExtensionGrant grant(String name, String version) {
        return ExtensionGrant.newBuilder()
                .setName(name)
                .setVersion(version)
                .setDigest("sha256:cc")
                .setTools(List.of(new ToolGrant("save", Risk.WRITE, "sha256:aa")))
                .build();
    }

    private static Dispatch needing(ExtensionGrant... grants) {
        return AttemptByHand.dispatch().setGrants(List.of(grants)).build();
    }

    /** A worker with what it has loaded, and one command in its hands. */
    private static final class Hands {
        final AttemptByHand hand;
        final Misfits misfits;
        /** What the last delivery was answered with, in nanoseconds. */
        long pause;

        Hands(boolean atOnce, Dispatch dispatch, LoadedExtension... loaded) {
            hand = new AttemptByHand("misfits-test", atOnce, dispatch, List.of(loaded));
            misfits = new Misfits(List.of(loaded), hand.leases, hand.reports, hand.tally);
        }

        /** The queue delivers the command. */
        Settlement deliver() {
            return deliver(false);
        }

        /** The queue delivers it as often as it may, but for one time. */
        Settlement deliverForTheLastTime() {
            return deliver(true);
        }

        private Settlement deliver(boolean last) {
            Settlement settlement = settlement();
            pause = misfits.passOn(hand.command, last, settlement);
            return settlement;
        }

        private Settlement settlement() {
            Batch batch = new Batch(1);
            Settlement settlement =
                    new Settlement(new ConsumerRecord<>("commands", 0, 0, new byte[0], new byte[0]), batch);
            batch.add(settlement);
            return settlement;
        }
    }

    @Test
    void whatNeedsNothingOrExactlyWhatIsLoadedIsTaken() {
        for (Dispatch dispatch : List.of(needing(), needing(grant("files", "1.0.0")))) {
            Hands hands = new Hands(true, dispatch, EXACT, loaded("nets", "2.0.0", Map.of()));
            assertThat(hands.deliver().verdict()).as("%s", dispatch).isNull();
            assertThat(hands.pause).isZero();
            assertThat(hands.hand.sent()).isEmpty();
            assertThat(hands.hand.tally.stats().released()).isZero();
        }
    }

    @Test
    void whatIsNotLoadedGoesBackToTheQueueAndNothingIsReported() {
        for (Hands hands : List.of(
                new Hands(true, needing(grant("files", "1.0.0"))),
                new Hands(true, needing(grant("files", "1.0.0")), loaded("files", "1.0.1", EXACT.getTools())),
                new Hands(true, needing(grant("files", "1.0.0"), grant("nets", "1.0.0")), EXACT))) {
            Settlement settlement = hands.deliver();
            assertThat(settlement.verdict()).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(hands.pause).isEqualTo(10 * MILLI);
            assertThat(hands.hand.sent()).isEmpty();
            assertThat(hands.hand.tally.stats().released()).isEqualTo(1);
        }
    }

    @Test
    void whatTheBrokerWouldSoonDropIsGivenBackToTheControlPlane() {
        Hands hands = new Hands(false, needing(grant("files", "1.0.0")));
        assertThat(hands.deliver().verdict()).isEqualTo(AcknowledgeType.RELEASE);
        Settlement last = hands.deliverForTheLastTime();

        // Only once the broker has the report is the command settled
        assertThat(last.verdict()).isNull();
        Report report = hands.hand.sent().get(0);
        assertThat(hands.hand.sent()).hasSize(1);
        assertThat(report.getTaskId() + "/" + report.getAttempt()).isEqualTo("task/3");
        assertThat(report.getReleased()).isEqualTo(new Released("it has not loaded files@1.0.0", null));
        hands.hand.producer.completeNext();
        assertThat(last.verdict()).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(hands.hand.leases.known(hands.hand.attempt.key())).isTrue();
        assertThat(hands.hand.leases.none()).isTrue();
    }

    @Test
    void whatCouldNotBeReportedGoesBackToTheQueue() {
        Hands hands = new Hands(false, needing(grant("files", "1.0.0")));
        Settlement last = hands.deliverForTheLastTime();
        hands.hand.producer.errorNext(new TimeoutException("the broker is away"));
        assertThat(last.verdict()).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(hands.hand.leases.known(hands.hand.attempt.key())).isFalse();
    }

    @Test
    void otherToolsThanWereSignedAreToldOnceInARunAndThenPassedOn() {
        for (LoadedExtension other : List.of(
                TAMPERED,
                loaded("files", "1.0.0", Map.of()),
                loaded("files", "1.0.0", Map.of("save", "sha256:aa", "more", "sha256:dd")))) {
            Hands hands = new Hands(true, needing(grant("files", "1.0.0")), other);
            assertThat(hands.deliver().verdict()).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(hands.hand.sent())
                    .extracting(Report::getStarted)
                    .containsExactly(new Started("writer", List.of(other)));
            // No lease is held, so no heartbeat tells of it
            assertThat(hands.hand.leases.none()).isTrue();

            assertThat(hands.deliver().verdict()).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(hands.hand.sent()).hasSize(1);

            hands.hand.command.setRunId("another");
            assertThat(hands.deliver().verdict()).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(hands.hand.sent()).hasSize(2);
        }
    }

    @Test
    void theQueueIsLeftToOthersForLongerAndLongerUntilThereIsSomethingToDo() {
        Hands hands = new Hands(true, needing(grant("files", "1.0.0")));
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            hands.deliver();
            pauses.add(hands.pause / MILLI);
        }
        assertThat(pauses.subList(0, 17))
                .containsExactly(10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 20L, 20L, 20L, 20L, 20L, 20L, 20L, 20L, 40L);
        assertThat(pauses.stream().distinct()).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 640L, 1000L);

        hands.hand.command.getDispatch().setTaskId("other");
        hands.deliver();
        assertThat(hands.pause).as("of another task").isEqualTo(10 * MILLI);

        hands.hand.command.getDispatch().setGrants(List.of());
        hands.deliver();
        hands.hand.command.getDispatch().setTaskId("task");
        hands.hand.command.getDispatch().setGrants(List.of(grant("files", "1.0.0")));
        hands.deliver();
        assertThat(hands.pause).as("after something to do").isEqualTo(10 * MILLI);
    }
}
