package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Given a log that is not as it should be, or that another keeper works on too, then a keeper does what can be done. */
@ExtendWith(EmbeddedKafkaExtension.class)
class TroubledLogTest {
    private static final long HOUR = 3_600_000;
    private static final String SHORT = Plane.ON + "retention: {decisions: 1, finished: 1h}";

    @Test
    void ofALogThatIsCompactedNothingIsCutWhichIsToldOnceAndTheRestIsDone(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-compacted.", 2, Map.of("cleanup.policy", "compact"))) {
            // given: in both partitions a run that is over its time
            List<String> runs = List.of(in(0), in(1));
            for (String run : runs) {
                plane.create(run, SHORT, "a");
                plane.finish(run, "a");
            }
            plane.now += HOUR;
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.problems())
                    .containsExactly(
                            "Records of keeper-compacted.decisions cannot be deleted: the topic's cleanup.policy is compact,"
                                    + " which takes records out of the middle of a history. Set it to delete, and see with"
                                    + " `taskgraph replay --all` what is missing already.");
            assertThat(report.forgotten()).isEqualTo(2);
            assertThat(report.truncated()).isZero();
            for (int p = 0; p < 2; p++) {
                assertThat(plane.begin(plane.topics.decisions(), p)).isZero();
                assertThat(plane.begin(plane.topics.mutations(), p)).isZero();
            }
        }
    }

    @Test
    void aRunThatGoesOnWhoseSnapshotAnotherKeeperDroppedIsTakenUpFromTheNewerOne(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keepers-meet.", 1, Map.of());
                Keeper keeper = Keeper.open(plane.source, () -> plane.now);
                KafkaSteps steps = plane.steps()) {
            // given: a run that ended, whose state a keeper let go, and that went on
            plane.create("r", Plane.ON + "snapshots: {keep: 1}", "a");
            plane.finish("r", "a");
            assertThat(keeper.pass(steps, left -> {}).taken()).isEqualTo(1);
            List<Long> first = plane.standing("r");
            plane.patch("r", "b");
            plane.finish("r", "b");
            assertThat(plane.pass().removed()).isEqualTo(1);
            assertThat(plane.standing("r")).hasSize(1).isNotEqualTo(first);
            // when the keeper that lives on meets what the run decided since
            RetentionReport report = keeper.pass(steps, left -> {});
            // then all of the run stays on the log, as its policy says
            assertThat(report.problems()).isEmpty();
            assertThat(report.cuts()).allMatch(cut -> cut.offsets() == 0);
            plane.patch("r", "c");
            assertThat(keeper.pass(steps, left -> {}).problems()).isEmpty();
            assertThat(plane.begin(plane.topics.decisions(), 0)).isZero();
            assertThat(plane.replay().agrees()).isTrue();
        }
    }

    @Test
    void aRunThatGoesOnAndHasNoSnapshotAnyMoreIsNamedAndKept(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-bereft.", 1, Map.of());
                Keeper keeper = Keeper.open(plane.source, () -> plane.now);
                KafkaSteps steps = plane.steps()) {
            // given
            plane.create("r", Plane.ON, "a");
            plane.finish("r", "a");
            assertThat(keeper.pass(steps, left -> {}).taken()).isEqualTo(1);
            try (SnapshotTopic snapshots = plane.snapshots()) {
                snapshots.index().all().forEach(s -> s.keys().forEach(key -> plane.write(key, null)));
            }
            plane.patch("r", "b");
            // when
            RetentionReport report = keeper.pass(steps, left -> {});
            // then
            assertThat(report.problems()).singleElement().asString().contains("run r", "is gone");
            assertThat(report.truncated()).isZero();
            assertThat(plane.begin(plane.topics.decisions(), 0)).isZero();
        }
    }

    @Test
    void aDecisionThatStandsInAnotherPartitionKeepsThatOneAndSaysNothingOfItsOwn(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-misplaced.", 2, Map.of())) {
            // given: a run of which all is kept, another in the other partition of which nothing is
            String kept = in(0);
            String brief = in(1);
            Decision first = plane.create(kept, Plane.ON, "a");
            plane.create(brief, SHORT, "a");
            plane.finish(brief, "a");
            plane.append(
                    brief, plane.registry().serializer(plane.topics.decisions()).write(first));
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .contains("keeper-misplaced.decisions-1", "is of run " + kept, "replay --all");
            assertThat(plane.begin(plane.topics.decisions(), 0)).isZero();
            assertThat(plane.begin(plane.topics.decisions(), 1)).isZero();
            assertThat(plane.replay().runs().stream()
                            .filter(v -> v.divergence().isPresent())
                            .map(RunVerdict::runId))
                    .containsExactly(kept);
        }
    }

    /** A run of that partition, of two. */
    private static String in(int partition) {
        return List.of("r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8").stream()
                .filter(id -> SnapshotTopic.partitionOf(id, 2) == partition)
                .findFirst()
                .orElseThrow();
    }
}
