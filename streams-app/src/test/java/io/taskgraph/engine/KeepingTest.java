package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunForgotten;
import io.taskgraph.avro.SnapshotRequested;
import io.taskgraph.avro.TakeSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a run is kept: given a run, when an operator wants a snapshot or wants it forgotten, then so, or refused with why. */
class KeepingTest {
    private static final String KEPT_AN_HOUR =
            "name: test\nflags: {mutable_graph: true, trace_replay: true}\nretention: {finished: 1h}\n";
    private static final long HOUR = 3_600_000;

    private static Team ended(String document) {
        Team team = Team.under(document);
        team.patch(add("a"), add("b"));
        team.finish("w", "a", 1);
        team.direct(new CancelRun());
        return team;
    }

    @Test
    void aSnapshotThatIsAskedForIsARecordedFactAndNoMore() {
        Team team = Team.under(KEPT_AN_HOUR);
        Decision d = team.direct(new TakeSnapshot());
        Team.assertAccepted(d, new SnapshotRequested("because"));
        assertThat(team.run.sequence()).isEqualTo(2);
    }

    @Test
    void withItsFlagOffNothingIsTakenAndNothingForgotten() {
        Team team = ended("name: test\nflags: {mutable_graph: true}\nretention: {finished: 1h}\n");
        team.now += 2 * HOUR;
        Team.assertRefused(team.direct(new TakeSnapshot()), RejectionCode.FEATURE_DISABLED, "feature", "trace_replay");
        team.now += 2 * HOUR;
        Team.assertRefused(team.direct(new ForgetRun()), RejectionCode.FEATURE_DISABLED, "feature", "trace_replay");
    }

    @Test
    void whatHasNotEndedIsNotForgotten() {
        Team team = Team.under(KEPT_AN_HOUR);
        team.patch(add("a"));
        team.now += 2 * HOUR;
        Team.assertRefused(
                team.direct(new ForgetRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "EXECUTING", "to", "EXECUTING");
    }

    @Test
    void whatIsKeptForEverOrNotLongEnoughIsNotForgotten() {
        Team forEver = ended("name: test\nflags: {mutable_graph: true, trace_replay: true}\n");
        forEver.now += 1_000 * HOUR;
        Team.assertRefused(forEver.direct(new ForgetRun()), RejectionCode.DENIED, "rule", "retention.finished");

        Team young = ended(KEPT_AN_HOUR);
        young.now += HOUR - 1;
        Team.assertRefused(
                young.direct(new ForgetRun()),
                RejectionCode.DENIED,
                "limit",
                "3600000",
                "rule",
                "retention.finished",
                "value",
                "3599999");
    }

    @Test
    void whatIsForgottenLeavesNothingBehindAndItsIdBeginsAnew() {
        // given
        Team team = ended(KEPT_AN_HOUR);
        byte[] head = team.run.lastHash();
        team.now += HOUR;
        // when
        Decision d = team.direct(new ForgetRun());
        // then
        Team.assertAccepted(d, new RunForgotten("because", List.of()));
        assertThat(d.getSequence()).isEqualTo(5);
        assertThat(d.getPreviousHash()).isEqualTo(new Digest(head));
        assertThat(d.getStateDigest()).isEqualTo(new Digest(new byte[32]));
        assertThat(team.stored).isEmpty();
        assertThat(team.run.exists()).isFalse();
        assertThat(RunImage.of(team.run)).isEqualTo(RunImage.of(Run.of("r")));
        Decision unknown = team.direct(new TakeSnapshot());
        assertThat(unknown.getSequence()).isZero();
        assertThat(unknown.getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_RUN);
        // and when
        Decision anew = team.create(
                CreateRun.newBuilder().setName("again").setPreset("default").build(), add("z"));
        // then
        assertThat(anew.getSequence()).isEqualTo(1);
        assertThat(anew.getPreviousHash()).isEqualTo(new Digest(new byte[32]));
        team.reload();
        assertThat(team.run.graph().size()).isEqualTo(1);
        assertThat(team.run.stateDigest()).isEqualTo(anew.getStateDigest().bytes());
    }

    @Test
    void whatWasTriedAndTakenBackIsAsBefore() {
        // given
        Team team = ended(KEPT_AN_HOUR);
        RunImage before = RunImage.of(team.run);
        team.now += HOUR;
        // when
        team.engine.decide(
                team.run,
                Input.directive(Messages.directive("r", "x", "because", new ForgetRun()), Origin.NONE),
                team.now);
        // then
        assertThat(RunImage.of(team.run)).isEqualTo(before);
        assertThat(team.direct(new ForgetRun()).getSequence()).isEqualTo(5);
    }
}
