package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeasesTest {
    @Test
    void itRemembersTheLastReportedAttempts() {
        Leases leases = new Leases(2);
        AttemptKey first = new AttemptKey("run", "a", 1);
        AttemptKey second = new AttemptKey("run", "a", 2);
        AttemptKey third = new AttemptKey("run", "b", 1);
        leases.reported(first);
        leases.reported(second);
        assertThat(leases.known(first)).isTrue();
        leases.reported(third);
        assertThat(leases.known(first)).isFalse();
        assertThat(leases.known(second)).isTrue();
        assertThat(leases.known(third)).isTrue();
    }
}
