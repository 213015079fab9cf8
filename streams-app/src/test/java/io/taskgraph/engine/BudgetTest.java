package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.bounded;
import static io.taskgraph.engine.Messages.budget;
import static io.taskgraph.engine.Messages.released;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.used;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.BudgetRaised;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.policy.contract.Bounds;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs and attempts may use up: reserved before, settled by what agents report, returned when it was not needed. */
class BudgetTest {
    private static final String HEAD = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_workers: 3, max_runtime: 0s, worker_timeout: 0s, heartbeat_staleness: 1h, max_retries: 5}
            """;
    private static final String POLICY = HEAD + "budgets: {run: {tokens: 1000}, task: {tokens: 400}}\n";

    private final Team team = Team.under(POLICY);

    private static UsageRecorded told(String task, int attempt, long tokens) {
        return new UsageRecorded(task, attempt, new Amounts(tokens, 0L, 0L));
    }

    private static TaskDispatched offer(String task, int attempt, Long tokens) {
        return new TaskDispatched(task, attempt, budget(tokens, null, null));
    }

    private static PhaseChanged held(String why) {
        return new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, why, "budget");
    }

    private static final PhaseChanged RAISED =
            new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "the budget was raised", "");

    private void ledger(long spent, long reserved) {
        assertThat(team.run.ledger())
                .isEqualTo(
                        new Ledger(new Bounds(1000L, null, null), new Usage(spent, 0, 0), new Usage(reserved, 0, 0)));
    }

    @Test
    void whatAnAttemptMayUseUpIsReservedBeforeItIsDispatched() {
        Decision d = team.patch(add("a"), add("b"), add("c"));
        assertThat(d.getFacts().stream().map(Fact::getTaskDispatched).filter(t -> t != null))
                .as("a third one might overdraw it")
                .containsExactly(offer("a", 1, 400L), offer("b", 1, 400L));
        ledger(0, 800);
        assertThat(team.run.phase())
                .as("what is in flight gives back what it does not need")
                .isEqualTo(Phase.EXECUTING);
    }

    @Test
    void itIsSettledByReportsAndTheRestIsReturned() {
        team.patch(add("a"), add("b"), add("c"));
        team.report("w", "a", 1, started());
        assertAccepted(team.report("w", "a", 1, used(150, 0, 0)), told("a", 1, 150));
        ledger(150, 650);
        assertAccepted(
                team.report("w", "a", 1, new Submitted("ok", new Amounts(200L, 0L, 0L))),
                told("a", 1, 200),
                new TaskCompleted("a", 1, "w", "ok"),
                offer("c", 1, 400L));
        ledger(200, 800);
    }

    @Test
    void itIsReturnedOnFailureAndReservedAnew() {
        team.patch(add("a"));
        assertAccepted(
                team.report("w", "a", 1, new AttemptError("no", true, new Amounts(100L, 0L, 0L), null)),
                told("a", 1, 100),
                new AttemptFailed("a", 1, "w", "no", true, null),
                offer("a", 2, 400L));
        ledger(100, 400);
        team.report("w", "a", 2, released("stopping"));
        ledger(100, 400);
        team.direct(new io.taskgraph.avro.CancelTask("a"));
        ledger(100, 0);
    }

    @Test
    void whatWasSaidTwiceOrLessCountsOnce() {
        team.patch(add("a"));
        team.report("w", "a", 1, used(150, 0, 0));
        assertAccepted(team.report("w", "a", 1, used(150, 0, 0)));
        assertAccepted(team.report("w", "a", 1, used(90, 0, 0)));
        ledger(150, 250);
    }

    @Test
    void dispatchStopsBeforeABreachAndGoesOnWhenTheBudgetIsRaised() {
        team.patch(add("a"), add("b", "a"));
        team.report("w", "a", 1, started());
        team.report("w", "a", 1, used(390, 0, 0));
        team.patch(add("c", "b"));
        team.report("w", "a", 1, new Submitted(null, null));
        assertAccepted(
                team.report("w", "b", 1, new Submitted(null, new Amounts(380L, 0L, 0L))),
                told("b", 1, 380),
                new TaskCompleted("b", 1, "w", null),
                new BudgetExhausted(null, "tokens", 1000L, 770L, 400L),
                held("the run's budget of tokens does not suffice for task \"c\""));
        assertAccepted(
                team.direct(new RaiseBudget(null, budget(1_100L, null, null))),
                new BudgetRaised(null, budget(1_100L, null, null)),
                RAISED,
                new BudgetExhausted(null, "tokens", 1100L, 770L, 400L),
                held("the run's budget of tokens does not suffice for task \"c\""));
        assertAccepted(
                team.direct(new RaiseBudget(null, budget(1_170L, null, null))),
                new BudgetRaised(null, budget(1_170L, null, null)),
                RAISED,
                offer("c", 1, 400L));
    }

    @Test
    void resumingWithoutARaiseStopsAgain() {
        team.patch(add(bounded(budget(1_001L, null, null), spec("a"))));
        assertThat(team.run.budget("a").limit().tokens()).isEqualTo(1_001);
        team.patch(add("x"));
        Team poor = Team.under(HEAD + "budgets: {run: {tokens: 1}, task: {tokens: 1}}");
        poor.patch(add("a"));
        poor.report("w", "a", 1, new Submitted(null, new Amounts(1L, 0L, 0L)));
        poor.patch(add("b"));
        assertThat(poor.run.standing().waitsFor()).isEqualTo(Standing.BUDGET);
        Decision d = poor.direct(new ResumeRun());
        assertThat(d.getFacts()).hasSize(3);
        assertThat(d.getFacts().get(1).getBudgetExhausted()).isEqualTo(new BudgetExhausted(null, "tokens", 1L, 1L, 1L));
        assertThat(poor.run.phase()).isEqualTo(Phase.AWAIT_USER);
    }

    @Test
    void anAttemptThatUsesMoreThanItsOwnIsStoppedWhileItRuns() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
        assertAccepted(
                team.report("w", "a", 1, used(401, 0, 0)),
                told("a", 1, 401),
                new BudgetExhausted("a", "tokens", 400L, 401L, 0L),
                new LeaseRevoked("a", 1, "w", "it used up more tokens than was reserved for it", null),
                held("task \"a\" used up more tokens than its budget"));
        ledger(401, 400);
        assertAccepted(
                team.direct(new RaiseBudget("a", budget(550L, null, null))),
                new BudgetRaised("a", budget(550L, null, null)),
                RAISED);
        team.report("v", "b", 1, new Submitted(null, null));
        assertThat(team.run.boundsOfAttempt("a").tokens()).isEqualTo(550);
    }

    @Test
    void aRunawayAttemptIsSeenByItsHeartbeats() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        assertThat(team.heartbeat("w", "a", 1, null)).isEmpty();
        assertAccepted(team.heartbeat("w", "a", 1, new Amounts(300L, 0L, 0L)).orElseThrow(), told("a", 1, 300));
        assertThat(team.heartbeat("w", "a", 1, new Amounts(300L, 0L, 0L)))
                .as("nothing new")
                .isEmpty();
        Decision d = team.heartbeat("w", "a", 1, new Amounts(500L, 0L, 0L)).orElseThrow();
        assertAccepted(
                d,
                told("a", 1, 500),
                new BudgetExhausted("a", "tokens", 400L, 500L, 0L),
                new LeaseRevoked("a", 1, "w", "it used up more tokens than was reserved for it", null),
                held("task \"a\" used up more tokens than its budget"));
        assertThat(d.getCause().getFamily()).isEqualTo("heartbeats");
    }

    @Test
    void whatHeartbeatsSayOfOthersOrCannotBeIsPassedOver() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
        assertThat(team.heartbeat("v", "a", 1, new Amounts(300L, 0L, 0L))).isEmpty();
        assertThat(team.heartbeat("w", "a", 2, new Amounts(300L, 0L, 0L))).isEmpty();
        assertThat(team.heartbeat("w", "b", 1, new Amounts(300L, 0L, 0L))).isEmpty();
        assertThat(team.heartbeat("w", "nope", 1, new Amounts(300L, 0L, 0L))).isEmpty();
        assertThat(team.heartbeat("w", "a", 1, new Amounts(-1L, 0L, 0L))).isEmpty();
        assertThat(team.heartbeat("w", "a", 1, new Amounts(Long.MAX_VALUE, 0L, 0L)))
                .isEmpty();
        ledger(0, 800);
    }

    @Test
    void amountsThatCannotBeAreRefused() {
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        for (Amounts odd : List.of(
                new Amounts(-1L, 0L, 0L),
                new Amounts(0L, Long.MIN_VALUE, 0L),
                new Amounts(0L, 0L, -5L),
                new Amounts(Long.MAX_VALUE, 0L, 0L),
                new Amounts(0L, Usage.MOST + 1, 0L))) {
            assertRefused(team.report("w", "a", 1, new UsageSoFar(odd)), RejectionCode.INVALID_VALUE, "field", "usage");
            assertRefused(
                    team.report("w", "a", 1, new Submitted("ok", odd)), RejectionCode.INVALID_VALUE, "field", "usage");
            assertRefused(
                    team.report("w", "a", 1, new AttemptError("no", true, odd, null)),
                    RejectionCode.INVALID_VALUE,
                    "field",
                    "usage");
        }
        ledger(0, 400);
    }

    @Test
    void hugeAmountsDoNotRunOver() {
        Team free = Team.under(HEAD.replace("max_retries: 5", "max_retries: 1000"));
        free.patch(add("a"));
        for (int attempt = 1; attempt <= 1_001; attempt++) {
            free.report("w", "a", attempt, new AttemptError("no", true, new Amounts(Usage.MOST, 0L, 0L), null));
        }
        assertThat(free.run.ledger().spent().tokens()).isPositive();
        RunImage before = RunImage.of(free.run);
        free.reload();
        assertThat(RunImage.of(free.run)).isEqualTo(before);
    }

    @Test
    void whatArrivesAfterTheEndIsFenced() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, new Submitted(null, new Amounts(10L, 0L, 0L)));
        assertThat(team.report("w", "a", 1, used(300, 0, 0)).getRejection().getCode())
                .isEqualTo(RejectionCode.FENCED);
        assertThat(team.heartbeat("w", "a", 1, new Amounts(300L, 0L, 0L))).isEmpty();
        assertThat(team.run.ledger().spent().tokens()).isEqualTo(10);
    }

    @Test
    void whatIsOverdrawnAtTheEndStopsTheRunAndTheWorkStands() {
        team.patch(add("a"), add("b", "a"));
        assertAccepted(
                team.report("w", "a", 1, new Submitted("ok", new Amounts(1_500L, 0L, 0L))),
                told("a", 1, 1_500),
                new BudgetExhausted("a", "tokens", 400L, 1_500L, 0L),
                new TaskCompleted("a", 1, "w", "ok"),
                new BudgetExhausted(null, "tokens", 1_000L, 1_500L, 0L),
                held("the run's budget of tokens is overdrawn"));
    }

    @Test
    void theTighterBoundHoldsAndAnOperatorsInsteadOfBoth() {
        team.patch(add(bounded(budget(50L, 7L, null), spec("a"))), add(bounded(budget(900L, null, null), spec("b"))));
        assertThat(team.run.boundsOfAttempt("a")).isEqualTo(new Bounds(50L, 7L, null));
        assertThat(team.run.boundsOfAttempt("b")).isEqualTo(new Bounds(400L, null, null));
        team.direct(new RaiseBudget("a", budget(600L, null, null)));
        assertThat(team.run.boundsOfAttempt("a").tokens())
                .as("of the attempt that is out")
                .isEqualTo(50);
        team.report("w", "a", 1, released("stopping"));
        assertThat(team.run.boundsOfAttempt("a")).isEqualTo(new Bounds(600L, 7L, null));
        TaskChange looser = new TaskChange();
        looser.setBudget(budget(800L, null, null));
        team.patch(Messages.update("b", looser));
        team.report("w", "b", 1, released("stopping"));
        assertThat(team.run.boundsOfAttempt("b").tokens())
                .as("a planner loosens nothing")
                .isEqualTo(400);
    }

    @Test
    void whereOnlyTheRunIsBoundedAttemptsGoOneAtATime() {
        Team one = new Team("r2");
        Decision d = one.create(
                new CreateRun(
                        "n", "g", "default", new HashMap<>(), budget(100L, null, null), null, null, null, List.of()),
                add("a"),
                add("b"));
        assertThat(d.getFacts().stream().filter(f -> f.getTaskDispatched() != null))
                .hasSize(1);
        assertThat(one.run.boundsOfAttempt("a").tokens()).isEqualTo(100);
        one.report("w", "a", 1, new Submitted(null, new Amounts(30L, 0L, 0L)));
        assertThat(one.run.boundsOfAttempt("b").tokens()).isEqualTo(70);
    }

    @Test
    void budgetsThatCannotBe() {
        for (var odd : List.of(
                budget(-1L, null, null), budget(null, Long.MAX_VALUE, null), budget(null, null, Usage.MOST + 1))) {
            assertRefused(
                    team.patch(add(bounded(odd, spec("a")))),
                    RejectionCode.INVALID_VALUE,
                    "field",
                    "budget",
                    "operation",
                    "0");
            assertRefused(team.direct(new RaiseBudget(null, odd)), RejectionCode.INVALID_VALUE, "field", "budget");
            assertRefused(
                    new Team("n")
                            .create(new CreateRun(
                                    "n", "g", "default", new HashMap<>(), odd, null, null, null, List.of())),
                    RejectionCode.INVALID_VALUE,
                    "field",
                    "budget");
        }
    }

    // Time.

    @Test
    void timeIsCountedByTheControlPlane() {
        Team timed = Team.under(HEAD + "budgets: {run: {time: 10m}, task: {time: 1m}}");
        timed.patch(add("a"));
        timed.report("w", "a", 1, started());
        timed.now += 20_000;
        timed.report("w", "a", 1, released("stopping"));
        assertThat(timed.run.ledger())
                .isEqualTo(
                        new Ledger(new Bounds(null, null, 600_000L), new Usage(0, 0, 20_000), new Usage(0, 0, 60_000)));
        timed.report("w", "a", 2, started());
        assertThat(timed.run.nextDue()).isEqualTo(timed.now + 60_001);
        timed.now += 60_001;
        assertAccepted(
                timed.timer(w -> timed.now).orElseThrow(),
                new BudgetExhausted("a", "millis", 60_000L, 60_001L, 0L),
                new LeaseRevoked("a", 2, "w", "it used up more millis than was reserved for it", null),
                held("task \"a\" used up more millis than its budget"));
        assertThat(timed.run.ledger().spent().millis()).isEqualTo(80_001);
    }

    @Test
    void timeSpentTripsTheGuardOfTheBudget() {
        Team timed = Team.under(HEAD + """
                budgets: {run: {time: 1m}, task: {time: 50s}}
                guards: {budget_nearly_spent: {percent: 50, response: warn}}
                """);
        timed.patch(add("a"));
        timed.report("w", "a", 1, started());
        timed.now += 40_000;
        Decision d = timed.report("w", "a", 1, new Submitted(null, null));
        assertThat(d.getFacts().get(1).getGuardTripped().getValue()).isEqualTo(40_000);
    }

    @Test
    void timeWaitedForApproversIsNotSpent() {
        Team timed = Team.under(HEAD + """
                budgets: {run: {time: 10m}, task: {time: 1m}}
                actions: {destructive: await}
                """);
        timed.patch(add("a"));
        timed.report("w", "a", 1, started());
        timed.now += 20_000;
        timed.asks("w", "a", 1, "db.drop", io.taskgraph.avro.Risk.DESTRUCTIVE, "x");
        timed.now += 600_000;
        assertThat(timed.timer(w -> timed.now)).isEmpty();
        timed.direct("ann", "", new io.taskgraph.avro.Approve(timed.pending()));
        timed.now += 10_000;
        timed.report("w", "a", 1, new Submitted(null, null));
        assertThat(timed.run.ledger().spent().millis()).isEqualTo(30_000);
    }

    // Raising.

    @Test
    void aBudgetIsOnlyRaised() {
        team.patch(add("a"));
        for (var limit : List.of(budget(null, null, null), budget(999L, null, null), budget(2_000L, 5L, null))) {
            assertRefused(team.direct(new RaiseBudget(null, limit)), RejectionCode.INVALID_VALUE, "field", "budget");
        }
        assertRefused(
                team.direct(new RaiseBudget("nope", budget(9_999L, null, null))),
                RejectionCode.UNKNOWN_TASK,
                "task_id",
                "nope");
        assertThat(team.direct(new RaiseBudget("a", budget(100L, null, null))).getOutcome())
                .isEqualTo(Outcome.REJECTED);
    }

    @Test
    void aRaiseOutlivesAChangeOfCaps() {
        team.direct(new RaiseBudget(null, budget(5_000L, null, null)));
        team.direct(new SetCap("max_tasks", "50"));
        assertThat(team.run.ledger().limit().tokens()).isEqualTo(5_000);
    }

    @Test
    void theLedgerSurvivesAReload() {
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, started());
        team.report("w", "a", 1, used(150, 0, 0));
        RunImage before = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).isEqualTo(before);
        assertAccepted(team.report("v", "b", 1, started()), new TaskStarted("b", 1, "v"));
    }
}
