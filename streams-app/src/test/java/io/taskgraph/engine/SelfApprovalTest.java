package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody approves what they asked for, planned or did, by whatever name they did it; whoever else may answer does. */
class SelfApprovalTest {
    private static final String HEAD = "name: test\nflags: {mutable_graph: true, reconcile: true}\n"
            + "caps: {max_runtime: 0s, worker_timeout: 0s}\n";

    /** A run in which one thing of that kind waits. */
    private static Team waiting(ApprovalKind kind) {
        Team team = Team.under(
                switch (kind) {
                    case ACTION -> HEAD + "actions: {destructive: await}\n";
                    case TASK -> HEAD + "rules: [{id: look, on: [dispatch], when: 'true', effect: await, reason: x}]\n";
                    case RESULT -> HEAD + "reconcile: {review: {risks: [write]}}\n";
                    default -> HEAD + "rules: [{id: look, on: [plan], when: 'true', effect: await, reason: x}]\n";
                });
        // Another planner has had a hand in it, too.
        team.tell(by("second", "m-second", kind));
        if (kind == ApprovalKind.ACTION) {
            team.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        } else if (kind == ApprovalKind.RESULT) {
            team.report("w", "a", 1, submitted("42"));
        }
        team.patch(title("b", "other"));
        return team;
    }

    private static Mutation by(String planner, String id, ApprovalKind kind) {
        Mutation m = Messages.mutation(
                "r", id, List.of(add(risky(Risk.WRITE, spec("a"))), add(risky(Risk.READ, spec("b", "a")))));
        m.setActor(planner);
        return m;
    }

    @ParameterizedTest
    @EnumSource(
            value = ApprovalKind.class,
            names = {"ACTION", "TASK", "RESULT", "PLAN"})
    void whoAskedPlannedOrDidItDoesNotApproveIt(ApprovalKind kind) {
        Team team = waiting(kind);
        String id = team.pending();
        List<String> own =
                switch (kind) {
                    case ACTION -> List.of("w");
                    case RESULT -> List.of("w", "planner", "second");
                    default -> List.of("planner", "second");
                };
        for (String name : own) {
            assertRefused(
                    team.direct(name, "", new Approve(id)),
                    RejectionCode.SELF_APPROVAL,
                    "approval_id",
                    id,
                    "actor",
                    name);
        }
        assertThat(team.run.pendingApprovals().get(0).approvers()).isEmpty();
        assertThat(team.direct("olga", "", new Approve(id)).getRejection()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = ApprovalKind.class,
            names = {"ACTION", "TASK", "RESULT", "PLAN"})
    void neitherAfterAReloadNorByBringingTheRunOn(ApprovalKind kind) {
        Team team = waiting(kind);
        String id = team.pending();
        String name = kind == ApprovalKind.ACTION ? "w" : "planner";
        team.reload();
        team.direct(name, "", new PauseRun());
        team.direct(name, "", new ResumeRun());
        assertThat(team.direct(name, "", new Approve(id)).getRejection().getCode())
                .isEqualTo(RejectionCode.SELF_APPROVAL);
    }

    @ParameterizedTest
    @EnumSource(
            value = ApprovalKind.class,
            names = {"ACTION", "TASK", "RESULT", "PLAN"})
    void butTheyMayDenyIt(ApprovalKind kind) {
        Team team = waiting(kind);
        String name = kind == ApprovalKind.ACTION ? "w" : "planner";
        assertThat(team.direct(name, "I was wrong", new Deny(team.pending())).getRejection())
                .isNull();
    }
}
