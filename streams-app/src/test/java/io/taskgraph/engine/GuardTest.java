package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.arguments;
import static io.taskgraph.engine.Messages.used;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.graph.Status;
import org.junit.jupiter.api.Test;

/** Guards on behaviour: where they trip, once, and what follows. */
class GuardTest {
    private static final String HEAD = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_actions_per_minute: 4, max_identical_actions: 3, max_runtime: 0s, worker_timeout: 0s}
            actions: {read: allow}
            """;

    private static Team under(String guards) {
        Team team = Team.under(HEAD + guards);
        team.patch(add("a"), add("b", "a"));
        team.report("w", "a", 1, Messages.started());
        return team;
    }

    private static Decision asks(Team team, String arguments) {
        return team.asks("w", "a", 1, "fs.read", Risk.READ, arguments);
    }

    private static Decision acts(Team team, String arguments) {
        Decision d = asks(team, arguments);
        team.acted(d, "w", "a", 1, "fs.read", Risk.READ, arguments);
        return d;
    }

    private static ActionAllowed allowed(Decision d, String arguments) {
        return new ActionAllowed(
                "a",
                1,
                "w",
                d.getCause().getMessageId(),
                "fs.read",
                Risk.READ,
                arguments(arguments),
                "actions.read",
                "actions of risk read are allowed",
                "to test");
    }

    private static ActionDenied ended(Decision d, String arguments) {
        return new ActionDenied(
                "a",
                1,
                "w",
                d.getCause().getMessageId(),
                "fs.read",
                Risk.READ,
                arguments(arguments),
                "actions.guards",
                "the attempt was ended by a guard",
                "to test");
    }

    private static GuardTripped tripped(String guard, String task, long value, long limit, String response) {
        return new GuardTripped(guard, task, value, limit, response);
    }

    @Test
    void aWarningIsRecordedWhereThePartIsReachedAndNotAgain() {
        Team team = under("guards: {action_rate: {percent: 50, response: warn}}");
        acts(team, "1");
        Decision second = acts(team, "2");
        assertAccepted(second, tripped("action_rate", "a", 2, 2, "warn"), allowed(second, "2"));
        Decision third = acts(team, "3");
        assertAccepted(third, allowed(third, "3"));
        team.now += 60_000;
        acts(team, "4");
        assertThat(acts(team, "5").getFacts()).as("anew").hasSize(2);
    }

    @Test
    void aPartThatIsNoWholeNumberIsReachedAtTheNextOne() {
        Team team = under("guards: {action_rate: {percent: 51, response: warn}}");
        acts(team, "1");
        assertThat(acts(team, "2").getFacts()).hasSize(1);
        assertThat(acts(team, "3").getFacts().get(0).getGuardTripped())
                .isEqualTo(tripped("action_rate", "a", 3, 3, "warn"));
    }

    @Test
    void theSameActionAgainAndAgainPausesTheRun() {
        Team team = under("guards: {identical_actions: {percent: 60, response: pause}}");
        acts(team, "x");
        acts(team, "y");
        Decision d = acts(team, "x");
        assertAccepted(
                d,
                tripped("identical_actions", "a", 2, 2, "pause"),
                new PhaseChanged(
                        Phase.EXECUTING, Phase.AWAIT_USER, "guard identical_actions tripped at 2", Standing.OPERATOR),
                allowed(d, "x"));
    }

    @Test
    void itIsTheSameActionUnderAnotherAttemptToo() {
        Team team = under("guards: {identical_actions: {percent: 60, response: warn}}");
        acts(team, "x");
        team.report("w", "a", 1, Messages.failed("no", true));
        Decision d = team.asks("w", "a", 2, "fs.read", Risk.READ, "x");
        assertThat(d.getFacts().get(1).getGuardTripped().getValue()).isEqualTo(2);
    }

    @Test
    void aKillFailsTheTaskForGoodAndDeniesWhatWasAsked() {
        Team team = under("guards: {identical_actions: {percent: 60, response: kill}}");
        acts(team, "x");
        Decision d = asks(team, "x");
        assertAccepted(
                d,
                tripped("identical_actions", "a", 2, 2, "kill"),
                new LeaseRevoked("a", 1, "w", "guard identical_actions tripped at 2", null),
                new TaskFailed("a", "guard identical_actions tripped at 2", 1),
                ended(d, "x"),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
        assertThat(team.status("b")).isEqualTo(Status.FAILED);
    }

    /** Both guards trip at once: what the first has ended the second leaves alone. */
    @Test
    void twoKillsAtOnceAreOne() {
        Team team = under(
                "guards: {identical_actions: {percent: 60, response: kill}, action_rate: {percent: 50, response: kill}}");
        acts(team, "x");
        Decision d = asks(team, "x");
        assertAccepted(
                d,
                tripped("action_rate", "a", 2, 2, "kill"),
                new LeaseRevoked("a", 1, "w", "guard action_rate tripped at 2", null),
                new TaskFailed("a", "guard action_rate tripped at 2", 1),
                ended(d, "x"),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
    }

    /** Where there is no pause the run fails: nothing is allowed in it any more, nor waits for approval. */
    @Test
    void aPauseThatThePolicyDoesNotKnowEndsTheRunAndDeniesWhatWasAsked() {
        Team team = under("""
                guards: {identical_actions: {percent: 60, response: pause}}
                phases: {transitions: {executing: [synthesizing, failed]}}
                """);
        acts(team, "x");
        Decision d = asks(team, "x");
        assertAccepted(
                d,
                tripped("identical_actions", "a", 2, 2, "pause"),
                new LeaseRevoked("a", 1, "w", "guard identical_actions tripped at 2", null),
                new RunCancelled("guard identical_actions tripped at 2", 2),
                new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "guard identical_actions tripped at 2", ""),
                ended(d, "x"));
    }

    // What is spent of the run's budget.

    private static Team spending(String response) {
        Team team = Team.under(HEAD + """
                budgets: {run: {tokens: 100, cost: "1.00"}, task: {tokens: 100, cost: "1.00"}}
                guards: {budget_nearly_spent: {percent: 80, response: %s}}
                """.formatted(response));
        team.patch(add("a"));
        team.report("w", "a", 1, Messages.started());
        return team;
    }

    @Test
    void aBudgetThatIsNearlySpentWarnsForEachResourceOnce() {
        Team team = spending("warn");
        assertThat(team.report("w", "a", 1, used(79, 0, 0)).getFacts()).hasSize(1);
        assertAccepted(
                team.report("w", "a", 1, used(80, 800_000, 0)),
                new UsageRecorded("a", 1, new Amounts(80L, 800_000L, 0L)),
                tripped("budget_nearly_spent", null, 80, 80, "warn"),
                tripped("budget_nearly_spent", null, 800_000, 800_000, "warn"));
        assertThat(team.report("w", "a", 1, used(90, 900_000, 0)).getFacts()).hasSize(1);
    }

    @Test
    void itPausesTheRun() {
        Team team = spending("pause");
        assertAccepted(
                team.report("w", "a", 1, used(85, 0, 0)),
                new UsageRecorded("a", 1, new Amounts(85L, 0L, 0L)),
                tripped("budget_nearly_spent", null, 85, 80, "pause"),
                new PhaseChanged(
                        Phase.EXECUTING,
                        Phase.AWAIT_USER,
                        "the run's budget of tokens is nearly spent",
                        Standing.OPERATOR));
    }

    /** Two resources at once: the run ends once. */
    @Test
    void itEndsTheRun() {
        Team team = spending("kill");
        assertAccepted(
                team.heartbeat("w", "a", 1, new Amounts(85L, 900_000L, 0L)).orElseThrow(),
                new UsageRecorded("a", 1, new Amounts(85L, 900_000L, 0L)),
                tripped("budget_nearly_spent", null, 85, 80, "kill"),
                new LeaseRevoked("a", 1, "w", "the run's budget of tokens is nearly spent", null),
                new RunCancelled("the run's budget of tokens is nearly spent", 1),
                new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "the run's budget of tokens is nearly spent", ""));
    }

    /** The attempt overdrew its own budget, which ended the run already: the policy knows no operator to wait for. */
    @Test
    void aRunThatHasEndedDoesNotEndAgain() {
        Team team = Team.under("""
                name: test
                caps: {max_workers: 3, max_runtime: 0s, worker_timeout: 0s, heartbeat_staleness: 1h}
                budgets: {run: {tokens: 100}, task: {tokens: 90}}
                guards: {budget_nearly_spent: {percent: 80, response: kill}}
                phases: {transitions: {executing: [synthesizing, failed]}}
                """);
        team.patch(add("a"));
        team.start("w", "a", 1);
        String why = "task \"a\" used up more tokens than its budget";
        assertAccepted(
                team.report("w", "a", 1, used(95, 0, 0)),
                new UsageRecorded("a", 1, new Amounts(95L, 0L, 0L)),
                new BudgetExhausted("a", "tokens", 90L, 95L, 0L),
                new LeaseRevoked("a", 1, "w", "it used up more tokens than was reserved for it", null),
                new RunCancelled(why, 1),
                new PhaseChanged(Phase.EXECUTING, Phase.FAILED, why, ""));
    }

    /** The work that ended with the report stands; what follows from its cost comes after it. */
    @Test
    void workThatIsDoneIsNotTakenBack() {
        Team team = spending("kill");
        team.patch(add("b"));
        Decision d = team.report("w", "a", 1, new Submitted("ok", new Amounts(85L, 0L, 0L)));
        assertAccepted(
                d,
                new UsageRecorded("a", 1, new Amounts(85L, 0L, 0L)),
                new TaskCompleted("a", 1, "w", "ok"),
                tripped("budget_nearly_spent", null, 85, 80, "kill"),
                new RunCancelled("the run's budget of tokens is nearly spent", 1),
                new PhaseChanged(Phase.EXECUTING, Phase.FAILED, "the run's budget of tokens is nearly spent", ""));
        assertThat(team.status("a")).isEqualTo(Status.DONE);
        assertThat(team.status("b")).isEqualTo(Status.CANCELLED);
    }

    /** What a timer finds first may end the run: the other dates that have come are then nobody's. */
    @Test
    void aTimerThatEndsTheRunLeavesTheOtherAttemptsAlone() {
        Team team = Team.under("""
                name: test
                caps: {worker_timeout: 0s, max_runtime: 0s, heartbeat_staleness: 24h}
                budgets: {run: {time: 10m}, task: {time: 30s}}
                phases: {transitions: {executing: [synthesizing, failed]}}
                """);
        team.patch(add("a"), add("b"), add("c"));
        team.report("v", "a", 1, Messages.started());
        team.report("w", "b", 1, Messages.started());
        team.now += 60_000;
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
        assertThat(d.getFacts()).noneMatch(f -> f.getWorkerLost() != null);
        assertThat(team.run.graph().count(Status.CANCELLED) + team.run.graph().count(Status.FAILED))
                .isEqualTo(3);
    }
}
