package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.released;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalInvalidated;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dispatches that wait for approval: granted once, denied, overtaken by a change of their task. */
class DispatchApprovalTest {
    private final Team team = Team.under(ApprovalTest.POLICY);

    private static ApprovalRequested ofTask(String id, String task, long version, String requester) {
        return new ApprovalRequested(
                id,
                ApprovalKind.TASK,
                task,
                0,
                version,
                "",
                "",
                Risk.UNKNOWN,
                null,
                "",
                requester,
                "look-first",
                "urgent things wait",
                1,
                List.of(),
                Instant.ofEpochMilli(Team.START + 30 * 60_000));
    }

    @Test
    void aDispatchWaitsAndIsGrantedOnce() {
        assertAccepted(
                team.patch(add(urgent(1, spec("a")))),
                new TaskAdded(urgent(1, spec("a"))),
                PhaseTest.PLANNING,
                PhaseTest.EXECUTING,
                ofTask("2.1", "a", 1, "planner"));
        assertThat(team.status("a")).isEqualTo(Status.AWAITING_APPROVAL);
        assertAccepted(
                team.direct("ann", "", new Approve("2.1")),
                new ApprovalGiven("2.1", "ann", ""),
                new ApprovalGranted("2.1"),
                new TaskDispatched("a", 1, null));
        // The grant was for one dispatch: the next attempt is asked for anew, and by nobody's wish.
        assertAccepted(
                team.report("w", "a", 1, released("stopping")),
                new LeaseRevoked("a", 1, "w", "stopping", null),
                ofTask("4.1", "a", 1, ""));
    }

    @Test
    void whoBringsTheRunOnHasNotAskedForWhatFollows() {
        team.patch(add("a"), add(urgent(1, spec("b", "a"))));
        team.direct("ann", "", new PauseRun());
        team.report("w", "a", 1, submitted(null));
        team.direct("ann", "", new ResumeRun());
        assertThat(team.direct("ann", "", new Approve(team.pending())).getFacts())
                .anySatisfy(f -> assertThat(f.getTaskDispatched()).isNotNull());
    }

    @Test
    void aDispatchThatIsDeniedOrExpiresIsDeferred() {
        team.patch(add(urgent(1, spec("a"))), add(urgent(1, spec("b"))));
        assertAccepted(
                team.direct("ann", "no", new Deny("2.1")),
                new ApprovalDenied("2.1", "ann", "no"),
                new TaskDeferred("a", "denied by ann: no"));
        team.now += 30 * 60_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                new ApprovalExpired("2.2"),
                new TaskDeferred("b", "nobody approved it in time"));
        Decision d = team.patch(set("a", TaskStatus.PENDING));
        assertThat(d.getFacts().get(1).getApprovalRequested().getTaskId()).isEqualTo("a");
    }

    @Test
    void aDispatchThatIsDeniedByARuleIsDeferredAtOnce() {
        assertAccepted(
                team.patch(add(urgent(-1, spec("a")))),
                new TaskAdded(urgent(-1, spec("a"))),
                PhaseTest.PLANNING,
                PhaseTest.EXECUTING,
                new TaskDeferred("a", "rule not-these denies its dispatch: never"));
        assertThat(team.log.get(1).decision().getRule()).isEqualTo("not-these");
    }

    @Test
    void aTaskThatChangesWaitsForAnApprovalOfItsOwn() {
        team.patch(add(urgent(1, spec("a"))));
        Decision d = team.patch(title("a", "other"));
        assertThat(d.getFacts()).hasSize(3);
        assertThat(d.getFacts().get(1).getApprovalInvalidated()).isEqualTo(new ApprovalInvalidated("2.1", "changed"));
        assertThat(d.getFacts().get(2).getApprovalRequested().getApprovalId()).isEqualTo("3.1");
        assertThat(d.getFacts().get(2).getApprovalRequested().getGraphVersion()).isEqualTo(2);
    }

    @Test
    void aGrantDoesNotOutliveAChange() {
        team.patch(add("x"), add("y"), add(urgent(1, spec("a"))));
        // Both slots are taken: what is approved has to wait.
        team.patch(add(urgent(1, spec("b"))));
        assertThat(team.run.pendingApprovals()).isEmpty();
        team.report("w", "x", 1, submitted(null));
        assertThat(team.run.pendingApprovals()).hasSize(2);
        team.direct("ann", "", new PauseRun());
        team.direct("ann", "", new Approve(team.pending()));
        team.patch(title("a", "other"));
        Decision d = team.direct("ann", "", new ResumeRun());
        assertThat(d.getFacts()).noneMatch(f -> f.getTaskDispatched() != null);
        assertThat(d.getFacts().get(1).getApprovalRequested().getTaskId()).isEqualTo("a");
    }

    @Test
    void aTaskThatIsCancelledWaitsNoMore() {
        team.patch(add(urgent(1, spec("a"))));
        assertAccepted(
                team.direct(new CancelTask("a")),
                new TaskResolved("a", TaskStatus.CANCELLED, "because", 0),
                new ApprovalInvalidated("2.1", "ended"),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
    }

    @Test
    void oneDecisionAsksForAHundredAndTheAnswersBringTheOthers() {
        Team many = Team.under(ApprovalTest.POLICY.replace("max_workers: 2", "max_workers: 2, max_tasks: 500"));
        many.patch(java.util.stream.IntStream.range(0, 150)
                .mapToObj(i -> add(urgent(1, spec("t" + i))))
                .toList());
        assertThat(many.run.pendingApprovals()).hasSize(100);
        many.direct("ann", "no", new Deny(many.pending()));
        assertThat(many.run.pendingApprovals()).hasSize(149);
        assertThat(many.direct(
                                "ann",
                                "",
                                new Approve(many.run.pendingApprovals().get(148).id()))
                        .getRejection())
                .as("she asked for none of them")
                .isNull();
    }

    @Test
    void aHundredAnswersAreRememberedAndNoMore() {
        Team many = Team.under(ApprovalTest.POLICY.replace("max_workers: 2", "max_workers: 2, max_tasks: 500"));
        many.patch(java.util.stream.IntStream.range(0, 110)
                .mapToObj(i -> add(urgent(1, spec("t" + i))))
                .toList());
        for (int i = 0; i < 101; i++) {
            many.direct("ann", "no", new Deny(many.pending()));
        }
        assertThat(many.direct("ann", "", new Approve("2.1")).getRejection().getCode())
                .isEqualTo(RejectionCode.UNKNOWN_APPROVAL);
        assertThat(many.direct("ann", "", new Approve("2.2")).getRejection().getCode())
                .isEqualTo(RejectionCode.APPROVAL_CLOSED);
        assertThat(many.run.tables().closedApprovals.size()).isEqualTo(100);
    }
}
