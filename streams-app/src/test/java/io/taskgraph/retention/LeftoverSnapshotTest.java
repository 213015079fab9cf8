package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A snapshot that one keeper writes after another one has had the run forgotten does not stay, and troubles nobody. */
@ExtendWith(EmbeddedKafkaExtension.class)
class LeftoverSnapshotTest {
    private static final long HOUR = 3_600_000;
    private static final String POLICY = Plane.ON + "retention: {age: 10m, finished: 1h}";

    @Test
    void oneOfARunOfWhichTheLogHasNothingGoesWithTheNextPassOfAnyKeeper(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-leftover.", 1, Map.of())) {
            // given
            LateSteps late = forgottenWhileAnotherKeeperTookASnapshot(plane);
            late.writeTo(plane);
            assertThat(plane.standing("r")).hasSize(1);
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.problems()).isEmpty();
            assertThat(report.forgotten()).isZero();
            assertThat(report.removed()).isEqualTo(1);
            assertThat(plane.standing("r")).isEmpty();
            assertThat(plane.replay().agrees()).isTrue();
        }
    }

    @Test
    void oneOfARunThatAKeeperHasSeenForgottenGoesWithItsNextPass(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-leftover-seen.", 1, Map.of());
                Keeper keeper = Keeper.open(plane.source, () -> plane.now);
                KafkaSteps steps = plane.steps()) {
            // given: a log that another run holds, and a keeper that lives on
            plane.create("keeps", Plane.ON, "a");
            LateSteps late = forgottenWhileAnotherKeeperTookASnapshot(plane);
            assertThat(keeper.pass(steps, left -> {}).problems()).isEmpty();
            late.writeTo(plane);
            // when
            RetentionReport report = keeper.pass(steps, left -> {});
            // then
            assertThat(report.problems()).isEmpty();
            assertThat(report.removed()).isEqualTo(1);
            assertThat(plane.standing("r")).isEmpty();
            assertThat(plane.replay().agrees()).isTrue();
        }
    }

    @Test
    void oneOfARunThatBeganAnewWithTheIdStays(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-leftover-anew.", 1, Map.of())) {
            // given
            forgottenWhileAnotherKeeperTookASnapshot(plane);
            plane.now += HOUR;
            plane.create("r", POLICY, "a");
            plane.finish("r", "a");
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.problems()).isEmpty();
            assertThat(report.removed()).isZero();
            assertThat(plane.standing("r")).hasSize(1);
        }
    }

    @Test
    void aKeeperThatBeginsAnewLeavesNoneOfARunThatTheLogTellsWasForgotten(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-anew.", 1, Map.of())) {
            // given: a log that another run holds, and snapshots along the one that was forgotten
            plane.create("keeps", Plane.ON, "a");
            plane.create("r", POLICY + "\nsnapshots: {every: 1, at_end: false}", "a");
            plane.finish("r", "a");
            assertThat(plane.pass().taken()).isEqualTo(2);
            plane.now += HOUR;
            assertThat(plane.pass().forgotten()).isEqualTo(1);
            assertThat(plane.standing("r")).isEmpty();
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.taken()).isZero();
            assertThat(report.runs()).isEqualTo(1);
            assertThat(plane.standing("r")).isEmpty();
            assertThat(plane.replay().agrees()).isTrue();
        }
    }

    private static LateSteps forgottenWhileAnotherKeeperTookASnapshot(Plane plane) {
        plane.create("r", POLICY, "a");
        plane.finish("r", "a");
        LateSteps late = new LateSteps();
        try (Keeper another = Keeper.open(plane.source, () -> plane.now)) {
            another.pass(late, left -> {});
        }
        plane.now += HOUR;
        assertThat(plane.pass().forgotten()).isEqualTo(1);
        assertThat(plane.standing("r")).isEmpty();
        return late;
    }
}
