package io.taskgraph.policy.presets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PresetsTest {
    @Test
    void thePresetsAreAsReleased() {
        assertThat(Presets.names()).startsWith("default").doesNotHaveDuplicates();
        assertThat(Presets.named("demo").map(p -> p.caps().heartbeatStalenessMillis()))
                .contains(3_000L);
        assertThat(Presets.named("bench").map(p -> p.caps().maxTasks())).contains(1_000);
        assertThat(Presets.named("offline").map(p -> p.caps().maxWorkers())).contains(0);
    }

    @Test
    void anUnknownNameIsNoPreset() {
        assertThat(Presets.named("nothing")).isEmpty();
        assertThat(Presets.named("../presets/default")).isEmpty();
    }
}
