package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.arguments;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.wants;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskStarted;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents ask before they act, and what they did without an allow is found out. */
class ActionTest {
    static final String POLICY = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_workers: 2, max_identical_actions: 50, max_runtime: 0s}
            actions:
              read: allow
              write: allow
              exec: deny
              destructive: await
              tools: {allow: ["fs.*", "db.*"], deny: ["db.drop*"]}
            """;

    private final Team team = Team.under(POLICY);

    @BeforeEach
    void given() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
    }

    private Decision asks(String tool, Risk risk, String arguments) {
        return team.asks("w", "a", 1, tool, risk, arguments);
    }

    private static String id(Decision request) {
        return request.getCause().getMessageId();
    }

    private static ActionAllowed allowed(
            Decision d, String tool, Risk risk, String arguments, String rule, String why) {
        return new ActionAllowed("a", 1, "w", id(d), tool, risk, arguments(arguments), rule, why, "to test");
    }

    private static ActionDenied denied(Decision d, String tool, Risk risk, String arguments, String rule, String why) {
        return new ActionDenied("a", 1, "w", id(d), tool, risk, arguments(arguments), rule, why, "to test");
    }

    @Test
    void whatThePolicyAllowsIsAllowedOnceAndDone() {
        Decision request = asks("fs.read", Risk.READ, "x");
        assertAccepted(
                request,
                allowed(request, "fs.read", Risk.READ, "x", "actions.read", "actions of risk read are allowed"));
        assertThat(request.getRule()).isEqualTo("actions.read");
        assertAccepted(
                team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x"),
                new ActionPerformed("a", 1, "w", id(request), "fs.read", Risk.READ, arguments("x")));
        assertThat(team.run.actionsAllowed()).isEqualTo(1);
        assertThat(team.run.bypasses()).isZero();
    }

    @Test
    void whoAsksHasTakenUpTheLease() {
        Decision request = team.asks("v", "b", 1, "fs.read", Risk.READ, "x");
        assertAccepted(
                request,
                new TaskStarted("b", 1, "v"),
                new ActionAllowed(
                        "b",
                        1,
                        "v",
                        id(request),
                        "fs.read",
                        Risk.READ,
                        arguments("x"),
                        "actions.read",
                        "actions of risk read are allowed",
                        "to test"));
    }

    @Test
    void whatItDoesNotAllowIsDeniedWithItsReason() {
        Decision exec = asks("fs.run", Risk.EXEC, "x");
        assertAccepted(
                exec, denied(exec, "fs.run", Risk.EXEC, "x", "actions.exec", "actions of risk exec are not allowed"));
        Decision listed = asks("db.drop_table", Risk.READ, "x");
        assertAccepted(
                listed,
                denied(
                        listed,
                        "db.drop_table",
                        Risk.READ,
                        "x",
                        "actions.deny",
                        "tools named db.drop* may not be used"));
        Decision other = asks("net.get", Risk.READ, "x");
        assertAccepted(
                other,
                denied(
                        other,
                        "net.get",
                        Risk.READ,
                        "x",
                        "actions.tools",
                        "the tool is not among those that may be used"));
        assertThat(team.run.actionsDenied()).isEqualTo(3);
        assertThat(team.status("a").isInFlight()).as("a denial ends nothing").isTrue();
    }

    @Test
    void aPolicyWithoutActionsAllowsNone() {
        Team none = Team.under("name: none");
        none.patch(add("a"));
        Decision d = none.asks("w", "a", 1, "fs.read", Risk.READ, "x");
        assertThat(d.getFacts().get(1).getActionDenied().getRule()).isEqualTo("actions.read");
    }

    @Test
    void anUnknownRiskIsTheMostDangerous() {
        assertThat(asks("fs.x", Risk.UNKNOWN, "x")
                        .getFacts()
                        .get(0)
                        .getApprovalRequested()
                        .getRule())
                .isEqualTo("actions.destructive");
    }

    @Test
    void anAllowAskedForAgainIsTheSameAllow() {
        Decision first = asks("fs.read", Risk.READ, "x");
        Decision second = asks("fs.read", Risk.READ, "x");
        assertThat(second.getFacts()).singleElement().satisfies(f -> assertThat(f.getActionAllowed())
                .isNotNull());
        assertThat(team.run.header().counts().actions()).isEqualTo(1);
        assertThat(team.run.actionsAllowed()).isEqualTo(1);
        team.acted(first, "w", "a", 1, "fs.read", Risk.READ, "x");
        BypassTest.bypassed(
                team,
                team.acted(second, "w", "a", 1, "fs.read", Risk.READ, "x"),
                "w",
                1,
                "fs.read",
                Risk.READ,
                "x",
                "it was allowed once, and performed before");
    }

    @Test
    void anAllowIsToldSixteenTimesAndNoMore() {
        Decision first = asks("fs.read", Risk.READ, "x");
        for (int i = 2; i <= 16; i++) {
            assertThat(asks("fs.read", Risk.READ, "x").getOutcome()).isEqualTo(Outcome.ACCEPTED);
        }
        Decision d = asks("fs.read", Risk.READ, "x");
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.DENIED);
        assertThat(d.getRejection().getDetails())
                .containsEntry("request_id", id(d))
                .containsEntry("worker_id", "w");
        assertThat(team.acted(first, "w", "a", 1, "fs.read", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
    }

    @Test
    void theSameActionAtAnotherRiskIsJudgedAnew() {
        asks("fs.put", Risk.READ, "x");
        Decision asWrite = asks("fs.put", Risk.WRITE, "x");
        assertAccepted(
                asWrite,
                allowed(asWrite, "fs.put", Risk.WRITE, "x", "actions.write", "actions of risk write are allowed"));
        assertThat(team.run.header().counts().actions()).isEqualTo(2);
        assertAccepted(
                team.acted(asWrite, "w", "a", 1, "fs.put", Risk.WRITE, "x"),
                new ActionPerformed("a", 1, "w", id(asWrite), "fs.put", Risk.WRITE, arguments("x")));

        Decision allowed = asks("fs.put", Risk.READ, "y");
        asks("fs.put", Risk.EXEC, "y");
        BypassTest.bypassed(
                team,
                team.acted(allowed, "w", "a", 1, "fs.put", Risk.READ, "y"),
                "w",
                1,
                "fs.put",
                Risk.READ,
                "y",
                "it was asked for as EXEC and performed as READ");
    }

    @Test
    void afterItWasPerformedTheSameActionIsAskedForAnew() {
        for (int i = 0; i < 3; i++) {
            Decision d = asks("fs.read", Risk.READ, "x");
            assertThat(team.acted(d, "w", "a", 1, "fs.read", Risk.READ, "x").getFacts())
                    .singleElement()
                    .satisfies(f -> assertThat(f.getActionPerformed()).isNotNull());
        }
        assertThat(team.run.actionsAllowed()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "x ", "a\nb", "a\u0000"})
    void oddTools(String tool) {
        Decision d = asks(tool, Risk.READ, "x");
        assertRefused(
                d,
                RejectionCode.INVALID_VALUE,
                "field",
                "tool",
                "request_id",
                id(d),
                "task_id",
                "a",
                "attempt",
                "1",
                "worker_id",
                "w");
        assertRefused(
                team.acted(null, "w", "a", 1, tool, Risk.READ, "x"), RejectionCode.INVALID_VALUE, "field", "tool");
    }

    /** A decided request is told again, whatever it was answered; other reports too. */
    @Test
    void aRequestSentTwiceCountsOnce() {
        SpecificRecord kind = wants("fs.read", Risk.READ, "x");
        team.tell(Messages.report("r", "twice", "w", "a", 1, kind));
        Decision again = team.tell(Messages.report("r", "twice", "w", "a", 1, kind));
        assertThat(again.getOutcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(team.run.header().counts().actions()).isEqualTo(1);
        assertThat(team.run.answerTo("twice").state()).isEqualTo(StandingAction.State.ALLOWED);
    }

    @Test
    void answersSurviveAReload() {
        Decision request = asks("fs.read", Risk.READ, "x");
        Decision waits = asks("fs.rm", Risk.DESTRUCTIVE, "x");
        team.reload();
        team.direct(new Approve(team.pending()));
        team.reload();
        assertThat(team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
        assertThat(team.acted(waits, "w", "a", 1, "fs.rm", Risk.DESTRUCTIVE, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
    }

    @Test
    void aChangeOfTheTaskTakesNoAllowBack() {
        Decision request = asks("fs.read", Risk.READ, "x");
        team.patch(title("a", "other"));
        assertThat(team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
        team.report("w", "a", 1, failed("no", true));
        assertThat(team.asks("w", "a", 1, "fs.read", Risk.READ, "x")
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.FENCED);
    }
}
