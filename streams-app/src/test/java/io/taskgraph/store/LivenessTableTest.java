package io.taskgraph.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActiveAttempt;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of heartbeats, and what is not. */
class LivenessTableTest {
    private final LivenessTable table = new LivenessTable(1_000);

    private static ActiveAttempt attempt(String task, String progress) {
        return new ActiveAttempt(task, 1, null, progress);
    }

    @Test
    void anAttemptIsForgottenSinceItWasLastNamedByAWorkerThatSaysWhatItWorksOn() {
        assertThat(forgotten("a")).as("nothing was said").isZero();
        table.told("r", "w", List.of(attempt("a", "half")), false, 2_000);
        assertThat(forgotten("a")).isZero();
        assertThat(forgotten("b")).as("never named since listening began").isEqualTo(1_000);
        table.told("r", "w", List.of(attempt("b", null)), false, 3_000);
        assertThat(forgotten("a")).isEqualTo(2_000);
        assertThat(forgotten("b")).isZero();
        assertThat(table.of("r").progressOf("w", "a", 1))
                .as("for whoever goes on with it")
                .isEqualTo("half");
        table.told("r", "w", List.of(), true, 4_000);
        assertThat(forgotten("a")).isEqualTo(2_000);
        assertThat(forgotten("b")).isEqualTo(3_000);
        table.told("r", "w", List.of(), false, 5_000);
        assertThat(forgotten("a")).as("busy, and does not say with what").isZero();
        table.told("r", "w", List.of(attempt("a", null)), false, 6_000);
        assertThat(forgotten("a")).isZero();
    }

    private long forgotten(String task) {
        return table.of("r").forgottenSince("w", task, 1);
    }

    @Test
    void whatIsNotNamedAnyMoreIsNotKeptForEver() {
        for (int i = 0; i < 10_000; i++) {
            table.told("r", "w", List.of(attempt("t" + i, "x")), false, 2_000 + i);
        }
        assertThat(table.of("r").progressOf("w", "t9999", 1)).isEqualTo("x");
        assertThat(table.of("r").progressOf("w", "t1", 1)).isNull();
    }

    @Test
    void anyNumberOfNamesIsNotKept() {
        table.heard("r", "w", 2_000);
        for (int i = 0; i < 200_000; i++) {
            if (table.admits("r", "x" + i)) {
                table.heard("r", "x" + i, 2_000);
            }
        }
        assertThat(table.admits("r", "one more")).isFalse();
        assertThat(table.admits("r", "w")).as("whom it knows").isTrue();
        assertThat(table.admits("other", "one more")).isTrue();
        table.heard("r", "worker", 3_000);
        assertThat(table.of("r").lastHeardAt("worker"))
                .as("who reports is always kept")
                .isEqualTo(3_000);
        assertThat(table.admits("r", "")).isFalse();
        assertThat(table.admits("r", "x".repeat(257))).isFalse();
    }
}
