package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.client.Memberships.Membership;
import org.junit.jupiter.api.Test;

class MembershipsTest {
    private final Memberships memberships = new Memberships();

    @Test
    void theNewestHundredAreRememberedAndTheOthersAreToldOnceThatItLeft() {
        // Given a hundred and two runs, the first of which is worked for again before the last two
        for (int i = 0; i < 100; i++) {
            memberships.worked("run-" + i, 1_000, i);
        }
        memberships.worked("run-0", 1_000, 200);
        memberships.worked("run-100", 1_000, 300);
        memberships.worked("run-101", 1_000, 301);

        assertThat(memberships.all()).hasSize(Memberships.MOST).contains(new Membership("run-0", 1_000, 200));
        assertThat(memberships.nextLeft()).isEqualTo("run-1");
        assertThat(memberships.nextLeft()).isEqualTo("run-2");
        assertThat(memberships.nextLeft()).isNull();
    }

    @Test
    void aRunThatIsWorkedForAgainIsNotTold() {
        for (int i = 0; i <= 100; i++) {
            memberships.worked("run-" + i, 1_000, i);
        }
        memberships.worked("run-0", 1_000, 200);

        assertThat(memberships.nextLeft()).isEqualTo("run-1");
        assertThat(memberships.nextLeft()).isNull();
    }

    @Test
    void thousandsOfRunsLeaveAHundredAndAHundredToTell() {
        for (int i = 0; i < 10_000; i++) {
            memberships.worked("run-" + i, 1_000, i);
        }
        int told = 0;
        while (memberships.nextLeft() != null) {
            told++;
        }
        assertThat(told).isEqualTo(Memberships.MOST);
        assertThat(memberships.all()).hasSize(Memberships.MOST);
    }

    @Test
    void whatIsForgottenIsWhatWasSeen() {
        memberships.worked("run", 1_000, 1);
        Membership seen = memberships.all().get(0);
        memberships.worked("run", 1_000, 2);

        memberships.forget(seen);
        assertThat(memberships.isEmpty()).isFalse();
        memberships.forget(memberships.all().get(0));
        assertThat(memberships.isEmpty()).isTrue();
    }
}
