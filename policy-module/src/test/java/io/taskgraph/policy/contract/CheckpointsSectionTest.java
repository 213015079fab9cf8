package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.policy.presets.Presets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The section {@code checkpoints}: read strictly, written canonically, inherited key by key. */
class CheckpointsSectionTest {
    private static CheckpointPolicy read(String section) {
        return Policy.parse("name: p\n" + section).checkpoints();
    }

    private static void refused(String section, String... problems) {
        assertThatThrownBy(() -> read(section)).isInstanceOfSatisfying(PolicyException.class, e -> {
            for (String problem : problems) {
                assertThat(e.problems()).anyMatch(p -> p.message().contains(problem));
            }
            assertThat(e.problems()).hasSize(problems.length);
        });
    }

    @Test
    void givenNothingThenNoneAreTakenByThemselves() {
        assertThat(read("")).isEqualTo(new CheckpointPolicy(Set.of(), true, 20));
        assertThat(Policy.parse("name: p").document()).doesNotContain("checkpoints");
    }

    @Test
    void givenASectionThenItIsReadAndWrittenInTheOrderOfThePhases() {
        Policy p = Policy.parse("name: p\ncheckpoints: {keep: 3, at: [failed, executing], agents: false}\n");

        assertThat(p.checkpoints())
                .isEqualTo(new CheckpointPolicy(EnumSet.of(Phase.EXECUTING, Phase.FAILED), false, 3));
        assertThat(p.document()).contains("checkpoints: {at: [executing, failed], agents: false, keep: 3}\n");
        assertThat(Policy.parse(p.document())).isEqualTo(p);
    }

    @Test
    void givenAnotherToExtendThenItsKeysHoldUnlessGiven() {
        Policy p = Policy.parse("name: p\nextends: full\ncheckpoints: {keep: 2}\n", Presets::named);

        assertThat(p.checkpoints().keep()).isEqualTo(2);
        assertThat(p.checkpoints().at())
                .isEqualTo(Presets.named("full").orElseThrow().checkpoints().at());
    }

    @Test
    void oddSectionsAreRefusedWithAllThatIsWrong() {
        refused(
                "checkpoints: {at: [done], kep: 1}",
                "a phase to take checkpoints at must be one of its words",
                "\"kep\" is not a key of checkpoints");
        refused("checkpoints: {at: [idle]}", "nothing to keep while it is idle");
        refused("checkpoints: {at: [failed, failed]}", "failed is given twice");
        refused(
                "checkpoints: {keep: 0, agents: perhaps}",
                "keep must be a whole number from 1 to 1000",
                "agents must be true or false");
        refused("checkpoints: {keep: 1001}", "keep must be a whole number from 1 to 1000");
        refused("checkpoints: [executing]", "checkpoints must be a mapping");
        refused("checkpoints: {at: executing}", "at must be a list");
    }
}
