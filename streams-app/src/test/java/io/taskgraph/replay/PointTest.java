package io.taskgraph.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Decision;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a person may write for a point in a run's history. */
class PointTest {
    @Test
    void aNumberIsADecisionAndATextATime() {
        assertThat(Point.parse("17")).hasToString("at decision 17");
        assertThat(Point.parse("2026-01-31T13:00:00+01:00")).hasToString("at 2026-01-31T12:00:00Z");
        assertThat(Point.parse("end")).hasToString("at the end of its log");
    }

    @Test
    void whatIsNoneOfThemIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> Point.parse("0")).hasMessageContaining("counted from 1");
        assertThatThrownBy(() -> Point.parse("yesterday"))
                .hasMessageContaining("'yesterday' is no point in a run's history")
                .hasMessageContaining("2026-01-31T12:00:00Z");
        assertThatThrownBy(() -> Point.parse("2026-01-31T12:00:00")).hasMessageContaining("with its offset");
    }

    @Test
    void aPointIsAPrefixOfTheLog() {
        Decision d = new Decision();
        d.setSequence(5);
        d.setDecidedAt(Instant.parse("2026-01-31T12:00:00Z"));

        assertThat(Point.ofSequence(5).includes(d)).isTrue();
        assertThat(Point.ofSequence(4).includes(d)).isFalse();
        assertThat(Point.ofTime(d.getDecidedAt()).includes(d)).isTrue();
        assertThat(Point.ofTime(d.getDecidedAt().minusMillis(1)).includes(d)).isFalse();
        assertThat(Point.END.includes(d)).isTrue();
    }
}
