package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskSubmitted;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.graph.Status;
import org.junit.jupiter.api.Test;

/** Results that wait for a reviewer before their task is done. */
class ReviewTest {
    private final Team team =
            Team.reconciling("max_workers: 4, max_retries: 5", "review: {risks: [write], rejections: 1}");

    private Decision handsIn(int attempt) {
        team.start("w", "a", attempt);
        return team.report("w", "a", attempt, submitted("42"));
    }

    private void given() {
        team.patch(add(risky(Risk.WRITE, spec("a"))), add("next", "a"));
    }

    @Test
    void aResultWaitsForAReviewer() {
        given();
        Decision d = handsIn(1);
        assertThat(d.getFacts()).hasSize(2);
        assertThat(Facts.kind(d.getFacts().get(0))).isEqualTo(new TaskSubmitted("a", 1, "w", "42"));
        assertThat(team.status("a")).isEqualTo(Status.SUBMITTED);
        team.reload();
        String id = team.pending();
        assertAccepted(
                team.direct("ann", "", new Approve(id)),
                new ApprovalGiven(id, "ann", ""),
                new ApprovalGranted(id),
                new TaskCompleted("a", 1, "w", "42"),
                new TaskDispatched("next", 1, null));
    }

    @Test
    void onlyResultsThatWereSentBackCountTowardsRejections() {
        given();
        team.start("w", "a", 1);
        team.report("w", "a", 1, Messages.failed("no disk", true));
        team.start("w", "a", 2);
        team.report("w", "a", 2, Messages.failed("no disk", true));
        handsIn(3);
        team.direct("ann", "too short", new Deny(team.pending()));
        assertThat(team.status("a")).as("sent back once, tried again").isEqualTo(Status.DISPATCHED);
        team.reload();
        handsIn(4);
        team.direct("ann", "still", new Deny(team.pending()));
        assertThat(team.status("a")).as("sent back twice").isEqualTo(Status.FAILED);
    }

    @Test
    void otherRisksDoNot() {
        team.patch(add(risky(Risk.READ, spec("a"))));
        assertThat(handsIn(1).getFacts().get(0).getTaskCompleted()).isNotNull();
    }

    @Test
    void neverTheWorkerItself() {
        given();
        handsIn(1);
        assertThat(team.direct("w", "", new Approve(team.pending()))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.SELF_APPROVAL);
        assertThat(team.direct("planner", "", new Approve(team.pending()))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.SELF_APPROVAL);
        assertThat(team.status("a")).isEqualTo(Status.SUBMITTED);
    }

    @Test
    void whatIsHandedInIsReportedOnNoMore() {
        given();
        handsIn(1);
        assertRefused(
                team.report("w", "a", 1, submitted("43")),
                RejectionCode.FENCED,
                "task_id",
                "a",
                "attempt",
                "1",
                "current_attempt",
                "1",
                "status",
                "SUBMITTED",
                "worker_id",
                "w");
    }

    @Test
    void itIsSentBackWithTheReasonUpToTheCap() {
        given();
        handsIn(1);
        String id = team.pending();
        String why = "the result was sent back: denied by ann: too short";
        assertAccepted(
                team.direct("ann", "too short", new Deny(id)),
                new ApprovalDenied(id, "ann", "too short"),
                new AttemptFailed("a", 1, "w", why, true, why),
                new TaskDispatched("a", 2, null));
        assertThat(team.run.progressOf("a")).isEqualTo(why);
        handsIn(2);
        String again = team.pending();
        assertAccepted(
                team.direct("ann", "too short", new Deny(again)),
                new ApprovalDenied(again, "ann", "too short"),
                new AttemptFailed("a", 2, "w", why, false, why),
                new TaskFailed("a", why, 1),
                new PhaseChanged(Phase.EXECUTING, Phase.SYNTHESIZING, "every task has ended", ""),
                new PhaseChanged(Phase.SYNTHESIZING, Phase.COMPLETED, "every task has ended", ""));
    }

    @Test
    void anExpiredReviewSendsItBack() {
        given();
        handsIn(1);
        String id = team.pending();
        team.now = team.run.pendingApprovals().get(0).expiresAt();
        String why = "the result was sent back: nobody approved it in time";
        Decision d = team.timer(w -> team.now).orElseThrow();
        assertAccepted(
                d,
                new ApprovalExpired(id),
                new AttemptFailed("a", 1, "w", why, true, why),
                new TaskDispatched("a", 2, null));
        assertThat(team.run.pendingApprovals()).isEmpty();
    }

    @Test
    void theWorkerMayGoMeanwhile() {
        given();
        handsIn(1);
        assertThat(team.beat("w", WorkerStatus.LEAVING)).isPresent();
        team.now += 600_000;
        team.timer(Liveness.SILENT);
        assertThat(team.status("a")).isEqualTo(Status.SUBMITTED);
        team.direct("ann", "", new Approve(team.pending()));
        assertThat(team.status("a")).isEqualTo(Status.DONE);
        assertThat(team.run.tables().workers.get("w").state()).isEqualTo(Worker.State.LEFT);
    }

    @Test
    void aWorkerThatIsLostForWhatItHoldsKeepsWhatItHasHandedIn() {
        given();
        team.patch(add("b"));
        handsIn(1);
        team.start("w", "b", 1);
        team.now += 30_000;
        team.timer(Liveness.SILENT);
        assertThat(team.task("b").attempt()).isEqualTo(2);
        assertThat(team.status("a")).isEqualTo(Status.SUBMITTED);
    }

    @Test
    void aTaskThatIsChangedMeanwhileIsReviewedAnew() {
        given();
        handsIn(1);
        String before = team.pending();
        team.patch(title("a", "other"));
        assertThat(team.status("a")).isEqualTo(Status.SUBMITTED);
        assertThat(team.run.pendingApprovals()).hasSize(1);
        assertThat(team.pending()).isNotEqualTo(before);
        team.direct("ann", "", new Approve(team.pending()));
        assertThat(team.status("a")).isEqualTo(Status.DONE);
    }

    @Test
    void whatWaitsForReviewTakesNoSlot() {
        Team one = Team.reconciling("max_workers: 1", "review: {risks: [write], rejections: 1}");
        one.patch(add(risky(Risk.WRITE, spec("a"))), add("b"));
        one.start("w", "a", 1);
        one.report("w", "a", 1, submitted("42"));
        assertThat(one.status("b")).isEqualTo(Status.DISPATCHED);
    }
}
