package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static Decision decision(Outcome outcome, Rejection rejection, Long duplicateOf) {
        return Decision.newBuilder()
                .setRunId("run")
                .setSequence(9)
                .setDecidedAt(Instant.ofEpochMilli(1))
                .setCause(Cause.newBuilder()
                        .setFamily("mutations")
                        .setMessageId("m")
                        .build())
                .setOutcome(outcome)
                .setRejection(rejection)
                .setDuplicateOf(duplicateOf)
                .setGraphVersion(4)
                .setStateDigest(new Digest(new byte[32]))
                .setPreviousHash(new Digest(new byte[32]))
                .build();
    }

    private static final Rejection CYCLE = Rejection.newBuilder()
            .setCode(RejectionCode.CYCLE)
            .setMessage("a waits for itself.")
            .setDetails(Map.of("path", "a > a"))
            .build();
    private static final Answer.Refusal REFUSAL =
            new Answer.Refusal(RejectionCode.CYCLE, "a waits for itself.", Map.of("path", "a > a"));

    @Test
    void anAcceptance() {
        assertThat(Answer.of(decision(Outcome.ACCEPTED, null, null)))
                .isEqualTo(new Answer("run", "m", 9, 4, false, Optional.empty()));
    }

    @Test
    void aRefusalIsAValueOrAnExceptionForWhoWantsOne() {
        Answer answer = Answer.of(decision(Outcome.REJECTED, CYCLE, null));
        assertThat(answer).isEqualTo(new Answer("run", "m", 9, 4, false, Optional.of(REFUSAL)));
        assertThatThrownBy(answer::orThrow)
                .isInstanceOf(RefusedException.class)
                .hasMessage("Run run refused message m: CYCLE, a waits for itself.");
    }

    @Test
    void aDuplicateTellsWhatTheOriginalGot() {
        assertThat(Answer.of(decision(Outcome.DUPLICATE, null, 3L)))
                .isEqualTo(new Answer("run", "m", 3, 4, true, Optional.empty()));
        assertThat(Answer.of(decision(Outcome.DUPLICATE, CYCLE, 3L)))
                .isEqualTo(new Answer("run", "m", 3, 4, true, Optional.of(REFUSAL)));
    }

    @Test
    void anOutcomeOfTheFutureIsNoAcceptance() {
        assertThat(Answer.of(decision(Outcome.UNKNOWN, null, null)).accepted()).isFalse();
    }
}
