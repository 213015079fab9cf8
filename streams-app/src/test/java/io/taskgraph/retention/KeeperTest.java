package io.taskgraph.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.taskgraph.avro.Digest;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.Source;
import io.taskgraph.replay.Archive;
import io.taskgraph.replay.Export;
import io.taskgraph.replay.ExportReplay;
import io.taskgraph.replay.HistoryException;
import io.taskgraph.replay.Import;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.snapshot.IndexedSnapshot;
import io.taskgraph.snapshot.SnapshotException;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Given a log on a broker, when its keeper passes, then snapshots stand, history goes behind them, and replay agrees. */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class KeeperTest {
    private static final String CAPS = Plane.CAPS;
    private static final String ON = Plane.ON;
    private static final long HOUR = 3_600_000;

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
            assertThat(plane.standing("r")).containsExactly(3L, 4L, 5L, 6L);
            assertThat(plane.standing("off")).isEmpty();
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
            assertThat(plane.standing("first")).isEmpty();
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
            assertThat(plane.standing("r")).isEmpty();
            assertThat(plane.replay().runs()).isEmpty();
            // and when its id is taken again
            plane.create("r", ON + "snapshots: {every: 2}", "x", "y");
            plane.finish("r", "x");
            plane.pass();
            assertThat(plane.standing("r")).containsExactly(2L);
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
    void killedAtAnyStepNothingThatAKeptRunNeedsIsLost(EmbeddedCluster cluster, @TempDir Path archive)
            throws IOException {
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
                // what a death in the middle of writing leaves
                Files.createDirectories(archive.resolve(".unfinished/schemas"));
                Files.writeString(archive.resolve(".unfinished/decisions-00000-000.avro"), "half a rec");
                try (Archive open = Archive.open(plane.source, archive);
                        KafkaSteps real = plane.steps(Optional.of(open));
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
                RetentionReport again = plane.pass(archive);
                assertThat(again.problems()).as("after step %d", step).isEmpty();
                agrees(plane.replay());
                // and all that was cut off is in the archive, once
                long cut = plane.begin(plane.topics.decisions(), 0);
                if (cut > 0) {
                    ReplayReport archived = ExportReplay.of(archive, false, Replay.Progress.NONE);
                    assertThat(archived.firstDivergence())
                            .as("after step %d", step)
                            .isEmpty();
                    assertThat(archived.decisions()).isEqualTo(cut);
                    assertThat(archived.runs()).allMatch(v -> v.provedFrom() == 0);
                }
            }
            assertThat(plane.begin(plane.topics.decisions(), 0)).isPositive();
            assertThat(kinds).contains("write", "remove", "flush", "archive", "forget", "truncate");
        }
    }

    @Test
    void whatIsCutOffGoesToTheArchiveFirstAndIsProvedThereFromItsBeginning(
            EmbeddedCluster cluster, @TempDir Path archive) {
        try (Plane plane = new Plane(cluster, "keeper-archive.", 1, Map.of())) {
            // given
            plane.create("r", ON + "snapshots: {every: 2}\nretention: {decisions: 2}", "a", "b", "c", "d", "e", "f");
            plane.finish("r", "a");
            plane.finish("r", "b");
            plane.finish("r", "c");
            // when
            RetentionReport first = plane.pass(archive);
            plane.finish("r", "d");
            plane.finish("r", "e");
            RetentionReport second = plane.pass(archive);
            // then
            assertThat(first.archived().orElseThrow())
                    .matches(put -> put.name().equals("00000001") && put.decisions() == 2);
            assertThat(second.archived().orElseThrow())
                    .matches(put -> put.name().equals("00000002") && put.decisions() == 2);
            ReplayReport proved = ExportReplay.of(archive, false, Replay.Progress.NONE);
            assertThat(proved.agrees()).isTrue();
            assertThat(verdict(proved, "r").sequence()).isEqualTo(4);
            assertThat(verdict(proved, "r").provedFrom()).isZero();
            // and a piece that is missing, or was changed, is named
            assertThat(plane.pass(archive).archived()).isEmpty();
            Path one = archive.resolve("00000001");
            assertThat(one.toFile().renameTo(archive.resolve("elsewhere").toFile()))
                    .isTrue();
            assertThatThrownBy(() -> ExportReplay.of(archive, false, Replay.Progress.NONE))
                    .isInstanceOf(HistoryException.class)
                    .hasMessage("The archive " + archive + " has no piece 00000001, and one after it: copy it whole.");
            assertThatThrownBy(() -> plane.pass(archive)).isInstanceOf(HistoryException.class);
        }
    }

    @Test
    void anArchiveThatHasAGapOrIsOfOthersIsRefusedAndNothingIsCutOff(EmbeddedCluster cluster, @TempDir Path files) {
        try (Plane plane = new Plane(cluster, "keeper-gap.", 1, Map.of())) {
            // given: what was cut off in between went nowhere
            Path archive = files.resolve("archive");
            plane.create("r", ON + "snapshots: {every: 2}\nretention: {decisions: 2}", "a", "b", "c", "d", "e", "f");
            plane.finish("r", "a");
            plane.finish("r", "b");
            plane.finish("r", "c");
            plane.pass(archive);
            plane.finish("r", "d");
            plane.finish("r", "e");
            plane.pass();
            plane.finish("r", "f");
            plane.askForSnapshot("r");
            long begins = plane.begin(plane.topics.decisions(), 0);
            // when, then
            assertThatThrownBy(() -> plane.pass(archive))
                    .isInstanceOf(HistoryException.class)
                    .hasMessage(
                            "The archive " + archive + " has partition 0 of the log up to offset 2, and it begins at "
                                    + "4 now: what was between has gone elsewhere. Give an empty directory to begin another"
                                    + " archive.");
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(begins);
            // and one that begins late takes the run up from its snapshot
            Path late = files.resolve("late");
            assertThat(plane.pass(late).archived().orElseThrow().decisions()).isEqualTo(2);
            ReplayReport proved = ExportReplay.of(late, false, Replay.Progress.NONE);
            assertThat(proved.agrees()).isTrue();
            assertThat(verdict(proved, "r").provedFrom()).isEqualTo(4);
            // and two keepers do not share one, nor an export's directory, nor one of other topics
            try (Archive open = Archive.open(plane.source, late)) {
                assertThatThrownBy(() -> plane.pass(late))
                        .hasMessageStartingWith("Another keeper puts history into " + late);
            }
            try (Plane other = new Plane(cluster, "keeper-other.", 1, Map.of())) {
                assertThatThrownBy(() -> other.pass(late))
                        .hasMessageContaining("is of topics keeper-gap.*, not of keeper-other.*");
            }
            Path export = files.resolve("export");
            Export.write(plane.source, Optional.empty(), export, Replay.Progress.NONE);
            assertThatThrownBy(() -> plane.pass(export)).hasMessageStartingWith(export + " holds an export");
        }
    }

    @Test
    void aRunWhoseHistoryWasCutOffIsExportedWithItsSnapshotAndImportedElsewhere(
            EmbeddedCluster cluster, @TempDir Path files) throws Exception {
        try (Plane plane = new Plane(cluster, "keeper-export.", 1, Map.of());
                Plane other = new Plane(cluster, "keeper-import.", 1, Map.of())) {
            // given: one of which the log has the end, one of which it has nothing, one that was forgotten
            plane.create("gone", ON + "retention: {age: 10m}", "a", "b");
            plane.create("over", ON + "retention: {age: 10m, finished: 1h}", "a");
            plane.finish("over", "a");
            plane.create("r", ON + "snapshots: {every: 3}\nretention: {decisions: 2}", "a", "b", "c", "d", "e", "f");
            plane.finish("r", "a");
            plane.finish("r", "b");
            plane.finish("r", "c");
            plane.now += HOUR;
            plane.finish("r", "d");
            RetentionReport cut = plane.pass();
            assertThat(cut.forgotten()).isEqualTo(1);
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(6);
            // when
            Path all = files.resolve("all");
            Path one = files.resolve("one");
            Export.Written written = Export.write(plane.source, Optional.empty(), all, Replay.Progress.NONE);
            Export.write(plane.source, Optional.of("gone"), one, Replay.Progress.NONE);
            // then
            assertThat(written.cut()).isEqualTo(2);
            ReplayReport proved = ExportReplay.of(all, false, Replay.Progress.NONE);
            assertThat(proved.firstDivergence()).isEmpty();
            assertThat(verdict(proved, "r"))
                    .matches(v -> v.provedFrom() == 3 && v.decisions() == 2 && v.comparedWithSummary());
            assertThat(verdict(proved, "gone"))
                    .matches(v -> v.provedFrom() == 1 && v.decisions() == 0 && v.comparedWithSummary());
            assertThat(verdict(proved, "over").forgotten()).isTrue();
            assertThat(ExportReplay.of(one, false, Replay.Progress.NONE).runs())
                    .extracting(RunVerdict::runId, RunVerdict::provedFrom)
                    .containsExactly(tuple("gone", 1L));
            // and a snapshot that was changed is found
            Path file = all.resolve("snapshots-00000-000.avro");
            byte[] bytes = Files.readAllBytes(file);
            byte[] changed = bytes.clone();
            changed[changed.length - 200] ^= 1;
            Files.write(file, changed);
            assertThatThrownBy(() -> ExportReplay.of(all, false, Replay.Progress.NONE))
                    .isInstanceOf(HistoryException.class)
                    .hasMessageStartingWith("snapshots-00000-000.avro, record ");
            Files.write(file, bytes);
            // and elsewhere the runs are there, and proved from where they were
            other.admin()
                    .createTopics(
                            List.of(new NewTopic(other.source.applicationId() + "-run-timers-changelog", 1, (short) 1)))
                    .all()
                    .get();
            Import.Brought brought = Import.of(all, other.source, Replay.Progress.NONE);
            assertThat(brought.runs()).isEqualTo(2);
            ReplayReport there = other.replay();
            agrees(there);
            assertThat(there.runs())
                    .extracting(RunVerdict::runId, RunVerdict::provedFrom)
                    .containsExactly(tuple("gone", 1L), tuple("r", 3L));
        }
    }

    @Test
    void aCheckpointThatTheRunKeepsCanBeGoneBackToWhenTheHistoryAroundItIsGone(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-checkpoint.", 1, Map.of())) {
            // given: checkpoints at 3 and 5, of which the run keeps one, and a snapshot by hand after them
            plane.create(
                    "r",
                    ON + "checkpoints: {keep: 1}\nretention: {decisions: 1}\nsnapshots: {every: 4, keep: 1}",
                    "a",
                    "b",
                    "c",
                    "d",
                    "e");
            plane.finish("r", "a");
            assertThat(plane.saveCheckpoint("r", "one").getRejection()).isNull();
            plane.finish("r", "b");
            assertThat(plane.saveCheckpoint("r", "two").getRejection()).isNull();
            long by = plane.askForSnapshot("r").getSequence();
            try (KafkaSteps steps = plane.steps()) {
                Keeper.snapshot(plane.source, "r", by, steps);
            }
            plane.finish("r", "c");
            plane.finish("r", "d");
            plane.finish("r", "e");
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.problems()).isEmpty();
            assertThat(plane.standing("r")).containsExactly(5L, 8L, 9L);
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(8);
            PastRun there = PastRun.at(plane.source, "r", Point.ofSequence(5), Replay.Progress.NONE);
            assertThat(there.sequence()).isEqualTo(5);
            assertThat(there.last().getSequence()).isEqualTo(5);
            assertThatThrownBy(() -> PastRun.at(plane.source, "r", Point.ofSequence(3), Replay.Progress.NONE))
                    .isInstanceOf(HistoryException.class)
                    .hasMessage("What run r was at decision 3 is known no more: its history was cut off, and begins"
                            + " with decision 8.");
            agrees(plane.replay());
            // and it stays when the next pass knows nothing of its decision
            plane.pass();
            assertThat(plane.standing("r")).containsExactly(5L, 8L, 9L);
        }
    }

    /** Its live state was read where its snapshot stands, so that nothing is to be compared any more when its log begins. */
    @Test
    void aRunThatIsTakenUpBehindWhatTheLogStillHasIsNotLetGoBeforeThat(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-behind.", 1, Map.of())) {
            // given: another run holds the log in the middle of one whose only snapshot stands at its end
            plane.create("r", ON + "snapshots: {keep: 1}\nretention: {age: 1h}", "a", "b", "c", "d");
            plane.finish("r", "a");
            plane.create("keeps", ON, "a");
            plane.finish("r", "b");
            plane.finish("r", "c");
            plane.finish("r", "d");
            plane.now += HOUR;
            // when
            plane.pass();
            // then
            assertThat(plane.begin(plane.topics.decisions(), 0)).isEqualTo(2);
            ReplayReport replayed = plane.replay();
            agrees(replayed);
            assertThat(verdict(replayed, "r"))
                    .matches(v -> v.provedFrom() == 5 && v.sequence() == 5 && v.decisions() == 3);
        }
    }

    @Test
    void aDecisionThatCannotBeReadKeepsItsPartitionAndIsNamed(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-unreadable.", 1, Map.of())) {
            // given
            plane.create("r", ON + "snapshots: {every: 2}\nretention: {decisions: 1}", "a", "b", "c", "d");
            plane.finish("r", "a");
            plane.finish("r", "b");
            plane.append("r", new byte[] {0, 0, 0});
            // when
            RetentionReport report = plane.pass();
            // then
            assertThat(report.truncated()).isZero();
            assertThat(report.problems())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith(
                            "The decision at offset 3 of keeper-unreadable.decisions-0 cannot be read, so that nothing of"
                                    + " that partition goes: ");
            assertThat(plane.begin(plane.topics.decisions(), 0)).isZero();
        }
    }

    /** Of the topic of snapshots, then, only the run's partition is read. */
    @Test
    void aSnapshotIsTakenOfARunInWhateverPartition(EmbeddedCluster cluster) {
        try (Plane plane = new Plane(cluster, "keeper-anywhere.", 3, Map.of());
                KafkaSteps steps = plane.steps()) {
            List<String> runs = List.of("a", "b", "c", "d", "e", "f");
            assertThat(runs).extracting(id -> SnapshotTopic.partitionOf(id, 3)).contains(0, 1, 2);
            for (String id : runs) {
                plane.create(id, ON, "x");
                assertThat(Keeper.snapshot(plane.source, id, 1, steps).sequence())
                        .isOne();
                assertThat(plane.standing(id)).containsExactly(1L);
            }
        }
    }
}
