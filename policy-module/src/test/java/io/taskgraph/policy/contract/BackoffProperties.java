package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds of every back-off. jqwik prints the seed. */
class BackoffProperties {
    private static final long DAY = 86_400_000;

    private static Backoff backoff(long first, long more, int factor, int jitter) {
        return new Backoff(first, factor, Math.min(DAY, first + more), jitter);
    }

    @Property(tries = 2_000)
    void itIsNeverLongerThanItsMostNorOutsideItsJitter(
            @ForAll @LongRange(min = 1, max = DAY) long first,
            @ForAll @LongRange(min = 0, max = DAY) long more,
            @ForAll @IntRange(min = 1, max = 10) int factor,
            @ForAll @IntRange(min = 0, max = 100) int jitter,
            @ForAll @IntRange(min = 1, max = 1_001) int failures,
            @ForAll long dice) {
        // given
        Backoff b = backoff(first, more, factor, jitter);
        long exact = new Backoff(b.firstMillis(), factor, b.mostMillis(), 0).millis(failures, dice);
        // when
        long wait = b.millis(failures, dice);
        // then
        assertThat(wait).isBetween(0L, b.mostMillis());
        assertThat(Math.abs(wait - exact) * 100).isLessThanOrEqualTo(exact * jitter);
    }

    @Property(tries = 2_000)
    void withoutJitterItIsAPowerOfItsFactorUpToItsMost(
            @ForAll @LongRange(min = 1, max = DAY) long first,
            @ForAll @LongRange(min = 0, max = DAY) long more,
            @ForAll @IntRange(min = 1, max = 10) int factor,
            @ForAll long dice) {
        Backoff b = backoff(first, more, factor, 0);
        double expected = first;
        for (int failures = 1; failures <= 60; failures++, expected *= factor) {
            assertThat(b.millis(failures, dice)).isEqualTo((long) Math.min(expected, b.mostMillis()));
        }
    }

    @Property(tries = 2_000)
    void itNeverShrinksFromOneFailureToTheNextButByJitter(
            @ForAll @LongRange(min = 1, max = DAY) long first,
            @ForAll @LongRange(min = 0, max = DAY) long more,
            @ForAll @IntRange(min = 1, max = 10) int factor,
            @ForAll @IntRange(min = 0, max = 100) int jitter,
            @ForAll long dice) {
        Backoff exact = backoff(first, more, factor, 0);
        Backoff b = backoff(first, more, factor, jitter);
        for (int failures = 1; failures < 60; failures++) {
            long now = exact.millis(failures, dice);
            long next = exact.millis(failures + 1, dice);
            assertThat(next).isGreaterThanOrEqualTo(now);
            assertThat(b.millis(failures + 1, dice) * 100).isGreaterThanOrEqualTo(next * (100 - jitter));
        }
    }

    @Property(tries = 2_000)
    void theSameDiceGiveTheSameWaitAndNoFirstGivesNone(
            @ForAll @LongRange(min = 0, max = DAY) long first,
            @ForAll @IntRange(min = 0, max = 100) int jitter,
            @ForAll @IntRange(min = 1, max = 1_001) int failures,
            @ForAll long dice) {
        Backoff b = backoff(first, DAY, 2, jitter);
        assertThat(new Backoff(b.firstMillis(), b.factor(), b.mostMillis(), b.jitterPercent()).millis(failures, dice))
                .isEqualTo(b.millis(failures, dice));
        assertThat(new Backoff(0, 2, DAY, jitter).millis(failures, dice)).isZero();
    }
}
