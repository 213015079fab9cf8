package io.taskgraph.policy.trust.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.Lineage.Bar;
import io.taskgraph.policy.trust.manifest.Lineage.Refusal;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final Digest ONE = Digest.of(new byte[] {1});
    private static final Digest TWO = Digest.of(new byte[] {2});

    private static ManifestText text(String version) {
        return ManifestText.of("x", version);
    }

    @Test
    void allThatAnUpdateTakesMoreOfIsNamed() {
        // given
        Manifest agreed = text("1.0.0")
                .profile(RiskProfile.STANDARD)
                .trust(TrustLevel.USER)
                .tool("look", Risk.READ)
                .tool("save", Risk.WRITE)
                .tool("gone", Risk.READ)
                .manifest();
        Manifest update = text("1.0.1")
                .kind(ExtensionKind.PLUGIN)
                .publisher("other")
                .profile(RiskProfile.PRIVILEGED)
                .trust(TrustLevel.WORKSPACE)
                .capabilities(Capability.READ, Capability.WRITE, Capability.EXEC, Capability.PLUGIN)
                .tool("look", Risk.EXEC)
                .tool("save", Risk.WRITE)
                .tool("run", Risk.EXEC)
                .manifest();
        // when, then
        assertThat(Growth.between(agreed, update))
                .extracting(Growth::toString)
                .containsExactly(
                        "it was a toolpack and is a plugin",
                        "its publisher was acme and is other",
                        "its risk profile was standard and is privileged",
                        "it required the trust user and now only workspace",
                        "it asks for exec, which it did not",
                        "it asks for plugin, which it did not",
                        "it has the tool run (exec), which it had not",
                        "its tool look was read and is exec");
        assertThat(Growth.between(agreed, update))
                .contains(
                        new Growth(Growth.What.TOOL_RISK, "look", "read", "exec"),
                        new Growth(Growth.What.TOOL, "run", "", "exec"),
                        new Growth(Growth.What.CAPABILITY, "exec", "", "exec"));
    }

    @Test
    void takingLessIsNoGrowth() {
        Manifest agreed =
                text("1.0.0").tool("look", Risk.READ).tool("save", Risk.WRITE).manifest();
        Manifest update = text("1.1.0")
                .profile(RiskProfile.READ_ONLY)
                .trust(TrustLevel.MANAGED)
                .capabilities(Capability.READ)
                .tool("look", Risk.READ)
                .artifact("other.zip")
                .manifest();
        assertThat(Growth.between(agreed, update)).isEmpty();
        assertThat(Growth.between(agreed, agreed)).isEmpty();
    }

    @Test
    void aNameStaysItsFirstPublishersAndItsVersionsOnlyGoUp() {
        // given
        Manifest first = text("1.0.0").manifest();
        Lineage lineage = new Lineage(
                "x", "acme", new TreeMap<>(Map.of("1.0.0", ONE, "1.2.0", TWO)), new SemanticVersion("1.2.0"));
        // then
        assertThat(lineage.bars(first, ONE)).isEmpty();
        assertThat(lineage.bars(text("1.2.1").manifest(), ONE)).isEmpty();
        assertThat(lineage.bars(text("1.3.0").publisher("mallory").manifest(), ONE))
                .contains(new Refusal(Bar.ANOTHER_PUBLISHER, "the name x is acme's; mallory must choose another"));
        assertThat(lineage.bars(text("1.1.0").manifest(), ONE))
                .contains(new Refusal(
                        Bar.DOWNGRADE, "version 1.1.0 of x does not come after 1.2.0; give it a later version"));
        assertThat(lineage.bars(text("1.2.0-rc.1").manifest(), ONE)
                        .orElseThrow()
                        .bar())
                .isEqualTo(Bar.DOWNGRADE);
        assertThat(lineage.bars(text("1.2.0+again").manifest(), ONE)
                        .orElseThrow()
                        .bar())
                .isEqualTo(Bar.DOWNGRADE);
        assertThat(lineage.bars(first, TWO))
                .contains(new Refusal(
                        Bar.ANOTHER_DIGEST,
                        "version 1.0.0 of x was admitted as " + ONE + " and cannot become " + TWO
                                + "; give it a new version"));
    }
}
