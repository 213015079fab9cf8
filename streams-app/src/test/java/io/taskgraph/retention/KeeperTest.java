package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.Source;
import io.taskgraph.replay.HistoryException;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Given a log on a broker, when its keeper passes, then snapshots stand, history goes behind them, and replay agrees. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class KeeperTest {
    /** Time passes here by the hour, and nobody fires timers. */
    private static final String CAPS =
            "caps: {max_tasks: 100000, max_runtime: 0s, worker_timeout: 0s, start_timeout: 24h}\n";

    private static final String ON = "name: test\nflags: {mutable_graph: true, trace_replay: true}\n" + CAPS;
    private static final long HOUR = 3_600_000;

    private static List<Long> standing(Plane plane, String runId) {
        try (SnapshotTopic topic = plane.snapshots()) {
            return List.copyOf(topic.index().of(runId).keySet());
        }
    }

    private static RunVerdict verdict(ReplayReport report, String runId) {
        return report.runs().stream()
                .filter(v -> v.runId().equals(runId))
                .findFirst()
                .orElseThrow();
    }

    private static void agrees(ReplayReport report) {
        assertThat(report.firstDivergence()).isEmpty();
        assertThat(report.runs()).allMatch(v -> v.forgotten() || v.comparedWithLive() && v.comparedWithSummary());
    }

    @Test
    void snapshotsAreTakenWhereThePolicyAndOperatorsWantThem(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-taken.", 1, Map.of())) {
            // given
            plane.create("r", ON + "snapshots: {every: 4, interval: 1h, keep: 9}", "a", "b", "c", "d");
            plane.finish("r", "a");
            plane.askForSnapshot("r");
            plane.finish("r", "b");
            plane.now += HOUR;
            plane.finish("r", "c");
            plane.finish("r", "d");
            plane.create("off", "name: test\nflags: {mutable_graph: true}\n", "a");
            plane.finish("off", "a");
            // when
            RetentionReport report = plane.pass();
            // then: asked for at 3, the fourth, an hour later at 5, the end at 6
            assertThat(standing(plane, "r")).containsExactly(3L, 4L, 5L, 6L);
            assertThat(standing(plane, "off")).isEmpty();
            assertThat(report.taken()).isEqualTo(4);
            assertThat(report.verified()).isEqualTo(4);
            assertThat(report.problems()).isEmpty();
            assertThat(report.truncated()).isZero();
            ReplayReport replayed = plane.replay();
            agrees(replayed);
            assertThat(verdict(replayed, "r").comparedSnapshots()).isEqualTo(4);
            // and when it is run again, nothing is taken twice
            assertThat(plane.pass().taken()).isZero();
        }
    }

    @Test
    void aSnapshotOfALargeRunIsCutIntoChunksAndLoadsBack(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-large.", 2, Map.of())) {
            // given
            plane.create("large", ON, "t");
            String pad = "x".repeat(200);
            for (int i = 0; i < 20; i++) {
                String[] ids = new String[500];
                for (int j = 0; j < ids.length; j++) {
                    ids[j] = "task-" + i + "-" + j + pad;
                }
                assertThat(plane.patch("large", ids).getRejection()).isNull();
            }
            long at = plane.askForSnapshot("large").getSequence();
            // when
            IndexedSnapshot taken;
            try (KafkaSteps steps = plane.steps()) {
                taken = Keeper.snapshot(plane.source, "large", at, steps);
            }
            // then
            assertThat(taken.keys().size()).isGreaterThan(2);
            assertThat(taken.problem()).isEmpty();
            try (SnapshotTopic topic = plane.snapshots()) {
                assertThat(topic.load(topic.index().of("large").get(at)).graph().size())
                        .isEqualTo(10_001);
            }
            agrees(plane.replay());
        }
    }

    @Test
    void historyGoesBehindAVerifiedSnapshotAndReplaySaysFromWhereItIsProved(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-cut.", 1, Map.of())) {
            // given
            plane.create(
                    "r",
                    ON + "snapshots: {every: 5}\nretention: {decisions: 3}",
                    "a",
                    "b",
                    "c",
                    "d",
                    "e",
                    "f",
                    "g",
                    "h");
            for (String task : List.of("a", "b", "c", "d", "e", "f", "g")) {
                plane.finish("r", task);
            }
            // when
            RetentionReport report = plane.pass();
            // then: 8 decisions, of which the last 3 stay: the snapshot at 5 stands for what is before
            assertThat(report.cuts()).containsExactly(new Cut(0, 0, 5, "r", "its policy keeps them"));
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(5);
            ReplayReport replayed = plane.replay();
            agrees(replayed);
            assertThat(verdict(replayed, "r").provedFrom()).isEqualTo(5);
            assertThat(verdict(replayed, "r").decisions()).isEqualTo(3);
            // and so does who looks back
            assertThat(PastRun.at(plane.source, "r", Point.ofSequence(7), Replay.Progress.NONE)
                            .sequence())
                    .isEqualTo(7);
            assertThat(PastRun.at(plane.source, "r", Point.ofSequence(5), Replay.Progress.NONE)
                            .last()
                            .getSequence())
                    .isEqualTo(5);
            assertThatThrownBy(() -> PastRun.at(plane.source, "r", Point.ofSequence(4), Replay.Progress.NONE))
                    .isInstanceOf(HistoryException.class)
                    .hasMessage("What run r was at decision 4 is known no more: its history was cut off, and begins"
                            + " with decision 5.");
            // and it goes on
            plane.finish("r", "h");
            plane.now += HOUR;
            agrees(plane.replay());
            plane.pass();
            agrees(plane.replay());
            // and views take it up there, too
            try (RunFollower follower = RunFollower.of(
                    new Source(Map.of("bootstrap.servers", plane.source.bootstrap()), plane.topics, plane.registry()),
                    List.of("r"))) {
                assertThat(follower.catchUp().run("r").state().sequence()).isEqualTo(9);
                assertThat(follower.run("r").takenUpAt()).isGreaterThanOrEqualTo(5);
            }
        }
    }

    @Test
    void byAgeTheWholeLogCanGoAndTheSnapshotsAloneProveTheRuns(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-age.", 1, Map.of())) {
            // given: one that ended, one that stands still
            plane.create("ended", ON + "retention: {age: 1h}", "a");
            plane.finish("ended", "a");
            plane.create("still", ON + "retention: {age: 1h}", "a", "b");
            plane.now += HOUR;
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.cuts()).extracting(Cut::heldBy).containsOnlyNulls();
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(3);
            assertThat(plane.begin(plane.topics.mutations(), 0)).isEqualTo(2);
            assertThat(plane.begin(plane.topics.reports(), 0)).isEqualTo(1);
            agrees(plane.replay());
            // and both go on from there
            plane.finish("still", "a");
            plane.forget("ended");
            agrees(plane.replay());
            plane.now += HOUR;
            plane.pass();
            agrees(plane.replay());
        }
    }

    @Test
    void aRunThatKeepsEverythingHoldsItsPartitionAndIsNamed(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-held.", 1, Map.of())) {
            // given
            plane.create("first", ON + "retention: {age: 1h}", "a");
            plane.create("keeps", ON, "a");
            plane.finish("first", "a");
            plane.now += HOUR;
            // when
            RetentionReport dry;
            try (Keeper keeper = Keeper.open(plane.source, () -> plane.now)) {
                dry = keeper.dryRun(left -> {});
            }
            // then nothing was done, and the same is done then
            Cut cut = new Cut(0, 0, 1, "keeps", "its policy keeps all decisions");
            assertThat(dry.cuts()).containsExactly(cut);
            assertThat(plane.begin(plane.topics.decisions(), 0)).isZero();
            assertThat(standing(plane, "first")).isEmpty();
            assertThat(plane.pass().cuts()).containsExactly(cut);
            agrees(plane.replay());
        }
    }

    @Test
    void aRunThatIsOverItsTimeIsForgottenByADecisionAndItsIdBeginsAnew(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-forget.", 1, Map.of())) {
            // given
            plane.create("r", ON + "retention: {age: 10m, finished: 1h}", "a");
            plane.finish("r", "a");
            plane.now += HOUR / 2;
            assertThat(plane.pass().forgotten()).isZero();
            agrees(plane.replay());
            plane.now += HOUR / 2;
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.forgotten()).isEqualTo(1);
            assertThat(report.problems()).isEmpty();
            assertThat(standing(plane, "r")).isEmpty();
            assertThat(plane.replay().runs()).isEmpty();
            // and when its id is taken again
            plane.create("r", ON + "snapshots: {every: 2}", "x", "y");
            plane.finish("r", "x");
            plane.pass();
            assertThat(standing(plane, "r")).containsExactly(2L);
            agrees(plane.replay());
            assertThat(verdict(plane.replay(), "r").provedFrom()).isZero();
        }
    }

    @Test
    void whatIsLeftOfAForgottenRunIsNoDivergence(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-rest.", 1, Map.of())) {
            // given: a log that begins in the middle of a run, because another one holds it there
            plane.create("r", ON + "retention: {age: 10m, finished: 1h}", "a", "b");
            plane.finish("r", "a");
            plane.now += HOUR / 2;
            plane.askForSnapshot("r");
            plane.create("keeps", ON, "a");
            plane.pass();
            plane.now += HOUR / 2;
            plane.pass();
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(3);
            plane.finish("r", "b");
            plane.now += HOUR;
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.forgotten()).isEqualTo(1);
            ReplayReport replayed = plane.replay();
            agrees(replayed);
            assertThat(verdict(replayed, "r").forgotten()).isTrue();
        }
    }

    @Test
    void aSnapshotThatLiesIsNamedAndNothingGoesBehindIt(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-lies.", 1, Map.of())) {
            // given
            plane.create("r", ON + "snapshots: {every: 2}\nretention: {decisions: 1}", "a", "b", "c");
            plane.finish("r", "a");
            plane.finish("r", "b");
            Map<SnapshotKey, RunSnapshot> written =
                    new TreeMap<>((x, y) -> x.toString().compareTo(y.toString()));
            Steps lying = new LyingSteps(plane.steps(), written);
            // when
            RetentionReport report;
            try (Keeper keeper = Keeper.open(plane.source, () -> plane.now)) {
                report = keeper.pass(lying, left -> {});
            }
            // then
            assertThat(report.truncated()).isZero();
            assertThat(report.problems())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("The snapshot of run r at decision 2 is not used: its entries have the digest ");
            assertThat(plane.replay().firstDivergence().orElseThrow().sentence())
                    .contains("Run r diverges at decision 2")
                    .contains("the snapshot there (its entries have the digest ");
            // and the truth in its place, all is well
            written.forEach(plane::write);
            assertThat(plane.pass().truncated()).isEqualTo(2);
            agrees(plane.replay());
            // and when the log is gone and the snapshot lies then, that is the run's divergence
            written.forEach((key, chunk) -> plane.write(
                    key,
                    RunSnapshot.newBuilder(chunk)
                            .setStateDigest(new Digest(new byte[32]))
                            .build()));
            assertThat(plane.replay().firstDivergence().orElseThrow().sentence())
                    .contains("its history is recorded as decision 3 and on and replayed as nothing")
                    .contains("its state digest is not the one that its decision names");
            assertThat(plane.pass().problems())
                    .anyMatch(p -> p.startsWith("The log of run r begins with decision 3, and no sound snapshot"));
        }
    }

    @Test
    void anOperatorsSnapshotOfAPointThatTheLogHasNotIsRefused(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-none.", 1, Map.of());
                KafkaSteps steps = plane.steps()) {
            plane.create("r", ON, "a");
            assertThatThrownBy(() -> Keeper.snapshot(plane.source, "r", 7, steps))
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageStartingWith("No sound snapshot of run r stands at decision 7");
        }
    }

    /** Each pass is killed before its first step, its second, and so on; whatever was done, nothing is lost. */
    @Test
    void killedAtAnyStepNothingThatAKeptRunNeedsIsLost(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-killed.", 1, Map.of())) {
            plane.create("long", ON + "snapshots: {every: 2, keep: 1}\nretention: {decisions: 2}", "t0");
            List<String> kinds = new ArrayList<>();
            boolean killed = true;
            for (int step = 1; killed; step++) {
                // given: something to snapshot, to cut, to forget
                String run = "short-" + step;
                plane.create(run, ON + "retention: {age: 1m, finished: 2h}", "a");
                plane.finish(run, "a");
                plane.patch("long", "t" + step);
                plane.finish("long", "t" + (step - 1));
                plane.now += HOUR;
                // when
                try (KafkaSteps real = plane.steps();
                        Keeper keeper = Keeper.open(plane.source, () -> plane.now)) {
                    DoomedSteps doomed = new DoomedSteps(real, step, kinds);
                    try {
                        keeper.pass(doomed, left -> {});
                        killed = false;
                    } catch (DoomedSteps.Killed e) {
                        killed = true;
                    }
                }
                // then
                ReplayReport replayed = plane.replay();
                assertThat(replayed.firstDivergence())
                        .as("killed at step %d, %s", step, kinds)
                        .isEmpty();
                agrees(replayed);
                // and run again to its end, still
                RetentionReport again = plane.pass();
                assertThat(again.problems()).as("after step %d", step).isEmpty();
                agrees(plane.replay());
            }
            assertThat(kinds).contains("write", "remove", "flush", "archive", "forget", "truncate");
        }
    }
}
