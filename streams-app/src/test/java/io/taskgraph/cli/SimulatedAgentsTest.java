package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedAgentsTest {
    @Test
    void whichAttemptsFailFollowsFromTheSeed() {
        SimulatedWork one = work(0.3, 7);
        SimulatedWork same = work(0.3, 7);
        SimulatedWork other = work(0.3, 8);

        assertThat(IntStream.range(0, 1_000).filter(i -> one.fails("task-" + i, 1) != same.fails("task-" + i, 1)))
                .isEmpty();
        assertThat(IntStream.range(0, 1_000).filter(i -> one.fails("task-" + i, 1) != other.fails("task-" + i, 1)))
                .isNotEmpty();
        assertThat(IntStream.range(0, 1_000).filter(i -> one.fails("task-" + i, 1) != one.fails("task-" + i, 2)))
                .isNotEmpty();
        assertThat(IntStream.range(0, 10_000)
                        .filter(i -> one.fails("task-" + i, 1))
                        .count())
                .isBetween(2_700L, 3_300L);
    }

    @Test
    void noneOrAllFailAtTheEndsOfTheRange() {
        assertThat(IntStream.range(0, 1_000).anyMatch(i -> work(0, 1).fails("t" + i, 1)))
                .isFalse();
        assertThat(IntStream.range(0, 1_000).allMatch(i -> work(1, 1).fails("t" + i, 1)))
                .isTrue();
    }

    @Test
    void impossibleOptionsAreNamed() {
        CommandLineRun run = CommandLineRun.of("agents", "--fail-rate", "1.5");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("taskgraph: --fail-rate must be 0 to 1, not 1.5.");
    }

    @Test
    void runIdsAreRecognizedAndDiffer() {
        assertThat(RunIds.slug("Ship it! (café, 日本) v2")).isEqualTo("ship-it-caf-v2");
        assertThat(RunIds.slug("日本")).isEqualTo("run");
        assertThat(RunIds.slug("x".repeat(300))).hasSize(64);
        assertThat(RunIds.of("a b")).matches("a-b-[a-z2-9]{5}").isNotEqualTo(RunIds.of("a b"));
    }

    private static SimulatedWork work(double failRate, long seed) {
        return new SimulatedWork(1, 0, failRate, seed, done -> {});
    }
}
