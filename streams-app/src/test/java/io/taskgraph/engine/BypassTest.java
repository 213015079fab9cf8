package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.arguments;
import static io.taskgraph.engine.Messages.did;
import static io.taskgraph.engine.Messages.released;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskDispatched;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was done without an allow for just that, each kind of it: found out, recorded, and its attempt is stopped. */
class BypassTest {
    private final Team team = Team.under(ActionTest.POLICY);

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

    static void bypassed(
            Team team, Decision d, String worker, int attempt, String tool, Risk risk, String arguments, String why) {
        assertAccepted(
                d,
                new PolicyBypassDetected("a", attempt, worker, tool, risk, arguments(arguments), why),
                new LeaseRevoked("a", attempt, worker, "it bypassed the policy: " + why, null),
                held(worker, tool));
        assertThat(team.run.bypasses()).isEqualTo(1);
        assertThat(team.run.phase()).isEqualTo(Phase.AWAIT_USER);
        assertThat(team.run.standing().waitsFor()).isEqualTo(Standing.OPERATOR);
    }

    private static PhaseChanged held(String worker, String tool) {
        return new PhaseChanged(
                Phase.EXECUTING,
                Phase.AWAIT_USER,
                "worker \"" + worker + "\" performed \"" + tool + "\" without an allow",
                "operator");
    }

    @Test
    void neverAskedFor() {
        bypassed(
                team,
                team.acted(null, "w", "a", 1, "fs.read", Risk.READ, "x"),
                "w",
                1,
                "fs.read",
                Risk.READ,
                "x",
                "it was never asked for with these arguments");
        assertAccepted(
                team.direct(new ResumeRun()),
                new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "resumed: because", ""),
                new TaskDispatched("a", 2, null));
    }

    @Test
    void withOtherArguments() {
        Decision request = asks("fs.read", Risk.READ, "x");
        bypassed(
                team,
                team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "y"),
                "w",
                1,
                "fs.read",
                Risk.READ,
                "y",
                "it was never asked for with these arguments");
    }

    @Test
    void withAnotherTool() {
        Decision request = asks("fs.read", Risk.READ, "x");
        bypassed(
                team,
                team.acted(request, "w", "a", 1, "fs.stat", Risk.READ, "x"),
                "w",
                1,
                "fs.stat",
                Risk.READ,
                "x",
                "it was never asked for with these arguments");
    }

    @Test
    void atAnotherRisk() {
        Decision request = asks("fs.read", Risk.READ, "x");
        bypassed(
                team,
                team.acted(request, "w", "a", 1, "fs.read", Risk.DESTRUCTIVE, "x"),
                "w",
                1,
                "fs.read",
                Risk.DESTRUCTIVE,
                "x",
                "it was asked for as READ and performed as DESTRUCTIVE");
    }

    @Test
    void forAnotherRequest() {
        asks("fs.read", Risk.READ, "x");
        bypassed(
                team,
                team.acted(null, "w", "a", 1, "fs.read", Risk.READ, "x"),
                "w",
                1,
                "fs.read",
                Risk.READ,
                "x",
                "the request that it names is not the one that was allowed");
    }

    @Test
    void afterItWasDenied() {
        Decision request = asks("fs.run", Risk.EXEC, "x");
        bypassed(
                team,
                team.acted(request, "w", "a", 1, "fs.run", Risk.EXEC, "x"),
                "w",
                1,
                "fs.run",
                Risk.EXEC,
                "x",
                "it was denied");
    }

    @Test
    void whileItWaitsForApproval() {
        Decision request = asks("fs.rm", Risk.DESTRUCTIVE, "x");
        Decision d = team.acted(request, "w", "a", 1, "fs.rm", Risk.DESTRUCTIVE, "x");
        assertThat(d.getFacts().get(0).getPolicyBypassDetected().getReason()).isEqualTo("it waits for approval");
        assertThat(d.getFacts().get(3).getApprovalInvalidated().getReason())
                .as("its attempt is over, and with it what it waited for")
                .isEqualTo("ended");
        assertThat(team.run.pendingApprovals()).isEmpty();
    }

    @Test
    void performedTwice() {
        Decision request = asks("fs.read", Risk.READ, "x");
        team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x");
        bypassed(
                team,
                team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x"),
                "w",
                1,
                "fs.read",
                Risk.READ,
                "x",
                "it was allowed once, and performed before");
    }

    /** Whoever does not hold the lease cannot take it from who does: but what was done is known, and the run held. */
    @Test
    void byAnotherWorker() {
        Decision request = asks("fs.read", Risk.READ, "x");
        assertAccepted(
                team.acted(request, "thief", "a", 1, "fs.read", Risk.READ, "x"),
                new PolicyBypassDetected(
                        "a", 1, "thief", "fs.read", Risk.READ, arguments("x"), "it was allowed to another worker"),
                held("thief", "fs.read"));
        assertThat(team.task("a").workerId()).isEqualTo("w");
    }

    @Test
    void underAnAttemptThatIsOver() {
        Decision request = asks("fs.read", Risk.READ, "x");
        Decision other = asks("fs.read", Risk.READ, "y");
        team.report("w", "a", 1, released("stopping"));
        assertAccepted(
                team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x"),
                new ActionPerformed("a", 1, "w", id(request), "fs.read", Risk.READ, arguments("x")));
        assertAccepted(
                team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x"),
                new PolicyBypassDetected(
                        "a", 1, "w", "fs.read", Risk.READ, arguments("x"), "it was allowed once, and performed before"),
                held("w", "fs.read"));
        assertThat(team.acted(other, "w", "a", 2, "fs.read", Risk.READ, "y")
                        .getFacts()
                        .get(0)
                        .getPolicyBypassDetected())
                .as("an allow holds for its attempt only")
                .isNotNull();
    }

    @Test
    void afterTheTaskAndTheRunHaveEnded() {
        Decision request = asks("fs.read", Risk.READ, "x");
        team.report("w", "a", 1, submitted(null));
        team.report("w", "b", 1, submitted(null));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
        assertThat(team.acted(request, "w", "a", 1, "fs.read", Risk.READ, "x")
                        .getFacts()
                        .get(0)
                        .getActionPerformed())
                .isNotNull();
        assertAccepted(
                team.acted(null, "w", "a", 1, "fs.read", Risk.READ, "z"),
                new PolicyBypassDetected(
                        "a",
                        1,
                        "w",
                        "fs.read",
                        Risk.READ,
                        arguments("z"),
                        "it was never asked for with these arguments"));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void ofTasksThatNobodyWasOffered() {
        team.patch(add("c"));
        assertThat(team.acted(null, "w", "c", 1, "fs.read", Risk.READ, "x")
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.NOT_DISPATCHED);
        assertThat(team.acted(null, "w", "nope", 1, "fs.read", Risk.READ, "x")
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.UNKNOWN_TASK);
    }

    /** What a run waited for before, a bypass makes it wait for an operator: raising a budget does not excuse it. */
    @Test
    void whileTheRunWaitsForSomethingElse() {
        Team poor = Team.under(ActionTest.POLICY + "budgets: {run: {tokens: 100}, task: {tokens: 40}}");
        poor.patch(add("a"), add("b"));
        poor.report("w", "a", 1, Messages.used(45, 0, 0));
        assertThat(poor.run.standing().waitsFor()).isEqualTo(Standing.BUDGET);
        poor.report("v", "b", 1, did("", "fs.rm", Risk.DESTRUCTIVE, "x"));
        assertThat(poor.run.standing().waitsFor()).isEqualTo(Standing.OPERATOR);
        poor.direct(new io.taskgraph.avro.RaiseBudget(null, Messages.budget(1_000L, null, null)));
        assertThat(poor.run.phase()).isEqualTo(Phase.AWAIT_USER);
        poor.direct(new ResumeRun());
        assertThat(poor.run.phase()).isEqualTo(Phase.EXECUTING);
    }

    @Test
    void whereThePolicyKnowsNoPauseABypassEndsTheRun() {
        Team hard = Team.under(ActionTest.POLICY + "phases: {transitions: {executing: [synthesizing, failed]}}");
        hard.patch(add("a"));
        hard.report("w", "a", 1, started());
        Decision d = hard.acted(null, "w", "a", 1, "fs.read", Risk.READ, "x");
        assertThat(d.getFacts().get(d.getFacts().size() - 1).getPhaseChanged().getTo())
                .isEqualTo(Phase.FAILED);
    }
}
