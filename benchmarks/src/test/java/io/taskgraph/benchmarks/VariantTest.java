package io.taskgraph.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {
    @ParameterizedTest
    @ValueSource(strings = {"bench", "bench-full+heartbeats", "bench-full+heartbeats+mail", "bench+mail/10"})
    void isWrittenAsItIsRead(String text) {
        assertThat(Variant.parse(text)).hasToString(text);
    }

    @Test
    void givenMailInEveryTenth_thenEveryTenthRunWrites() {
        Variant variant = Variant.parse("bench+mail/10");
        assertThat(variant.writes(20)).isTrue();
        assertThat(variant.writes(21)).isFalse();
        assertThat(Variant.parse("bench").writes(20)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench+", "bench+mail/0", "bench+letters"})
    void whatItDoesNotKnowIsNamed(String text) {
        assertThatThrownBy(() -> Variant.parse(text))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--preset " + text)
                .hasMessageContaining("+mail/N");
    }
}
