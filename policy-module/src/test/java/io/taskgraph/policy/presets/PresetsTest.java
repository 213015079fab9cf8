package io.taskgraph.policy.presets;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import org.junit.jupiter.api.Test;

class PresetsTest {
    @Test
    void thePresetsAreAsReleased() {
        assertThat(Presets.names()).containsExactly("default", "demo", "bench", "offline");
        assertThat(Presets.named("default").map(Policy::caps))
                .contains(new Caps(1_000_000, 64, 2, 10_000, 65_536, 30_000, 600_000));
        assertThat(Presets.named("demo").map(Policy::caps))
                .contains(new Caps(1_000_000, 64, 2, 10_000, 65_536, 3_000, 30_000));
        assertThat(Presets.named("bench").map(Policy::caps))
                .contains(new Caps(1_000, 64, 2, 1_000, 4_096, 30_000, 600_000));
        assertThat(Presets.named("offline").map(Policy::caps))
                .contains(new Caps(1_000_000, 0, 2, 10_000, 65_536, 30_000, 600_000));
    }

    @Test
    void anUnknownNameIsNoPreset() {
        assertThat(Presets.named("nothing")).isEmpty();
        assertThat(Presets.named("../presets/default")).isEmpty();
    }
}
