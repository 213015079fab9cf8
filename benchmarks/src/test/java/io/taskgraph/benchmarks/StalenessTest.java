package io.taskgraph.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StalenessTest {
    private static final BenchSettings SETTINGS =
            new BenchSettings(List.of(), 1, 1, 1, 1, 1, 1, 0, 2, 2, 1, 1, 1, "", Map.of(), Map.of());

    @Test
    void givenAPlan_thenTheSilentAreFoundLostAndTheFiguresAreOfThem() {
        // given few workers, and the usual limit, so that a machine that pauses costs none of the living
        Staleness.Plan plan = new Staleness.Plan(30, 3, List.of(6), 10_000, false);

        // when
        List<Staleness.Round> rounds = Staleness.measure(plan, SETTINGS, step -> {});

        // then what is asserted is that it was done, not how fast
        assertThat(rounds).singleElement().satisfies(round -> {
            assertThat(round.silent()).isEqualTo(6);
            assertThat(round.decidedMillis().count()).isEqualTo(6);
            assertThat(round.cancelMillis().count()).isEqualTo(6);
            assertThat(round.cancelMillis().p50()).isPositive();
            assertThat(round.livingTouched()).isZero();
        });
    }

    @Test
    void givenMoreSilentThanThereAreOrRunsThanWorkers_thenSaysSo() {
        assertThatThrownBy(() -> new Staleness.Plan(10, 2, List.of(11), 10_000, false))
                .isInstanceOf(BenchException.class)
                .hasMessage("--silent 11: give 1 to 10, which is how many workers --stale names.");
        assertThatThrownBy(() -> new Staleness.Plan(10, 11, List.of(1), 10_000, false))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--stale-runs 11");
    }
}
