package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.START;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetryDue;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Backoff;
import io.taskgraph.policy.contract.Cap;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** What follows when an attempt fails: by back-off, at the cap, and by strategy. */
class RetryTest {
    private static final AttemptFailed FIRST = new AttemptFailed("a", 1, "w", "no disk", true, null);

    private static Team under(String section, Risk risk) {
        Team team = Team.reconciling("max_workers: 4, max_retries: 1", section);
        team.patch(add(risky(risk, spec("a"))), add("b"));
        team.start("w", "a", 1);
        return team;
    }

    private static Decision fail(Team team, boolean retryable) {
        return team.report("w", "a", team.task("a").attempt(), failed("no disk", retryable));
    }

    /** It fails as often as it may, and once more. */
    private static Decision exhaust(Team team) {
        fail(team, true);
        team.start("w", "a", 2);
        return fail(team, true);
    }

    @Test
    void withoutABackOffTheNextAttemptIsOfferedAtOnce() {
        Team team = under("", Risk.WRITE);
        assertAccepted(fail(team, true), FIRST, new TaskDispatched("a", 2, null));
    }

    @Test
    void aBackOffIsWaitedForAndEnds() {
        Team team = under("backoff: {first: 10s, factor: 2, most: 60s, jitter: 0}", Risk.WRITE);
        assertAccepted(fail(team, true), FIRST, new RetryScheduled("a", Instant.ofEpochMilli(START + 10_000)));
        assertThat(team.status("a")).isEqualTo(Status.PENDING);
        team.now += 9_999;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.reload();
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(START + 10_000);
        team.now++;
        assertAccepted(team.timer(w -> team.now).orElseThrow(), new RetryDue("a"), new TaskDispatched("a", 2, null));
        assertThat(team.task("a").notBefore()).isZero();
    }

    @Test
    void aBackOffGrowsWithinItsBounds() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long first = random.nextInt(100_000);
            int factor = 1 + random.nextInt(10);
            long most = first + random.nextInt(10_000_000);
            int jitter = random.nextInt(101);
            int failures = 1 + random.nextInt(60);
            Backoff b = new Backoff(first, factor, most, jitter);
            double plain = Math.min(most, first * Math.pow(factor, failures - 1));
            String where = "seed " + seed + ", " + b + ", " + failures + " failures";
            assertThat(b.millis(failures, random.nextLong()))
                    .as(where)
                    .isBetween((long) Math.floor(plain * (100 - jitter) / 100) - (first == 0 ? 0 : 1), (long)
                            Math.min(most, Math.ceil(plain * (100 + jitter) / 100) + 1));
        }
    }

    @Test
    void itsJitterIsTheAttemptsOwnAndTheSameWheneverItIsAskedFor() {
        String section = "backoff: {first: 100s, factor: 1, most: 200s, jitter: 50}";
        Set<Long> waits = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            Team team = Team.reconciling("max_workers: 100, max_retries: 1", section);
            for (int task = 0; task < 20; task++) {
                team.patch(add("t" + task));
                team.start("w", "t" + task, 1);
                team.report("w", "t" + task, 1, failed("no disk", true));
                waits.add(team.task("t" + task).notBefore() - START);
            }
        }
        assertThat(waits).as("as many as tasks, not as attempts").hasSizeBetween(15, 20);
        assertThat(waits).allMatch(w -> w >= 50_000 && w <= 150_000);
    }

    @Test
    void atTheCapItFails() {
        assertAccepted(
                exhaust(under("", Risk.WRITE)),
                new AttemptFailed("a", 2, "w", "no disk", true, null),
                Messages.reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new TaskFailed("a", "failed 2 times, the last time: no disk", 0));
    }

    @Test
    void orIsDeferred() {
        String why = "failed 2 times, the last time: no disk";
        assertAccepted(
                exhaust(under("at_retry_cap: defer", Risk.WRITE)),
                new AttemptFailed("a", 2, "w", "no disk", true, null),
                Messages.reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new Escalated("retry", "a", why, List.of()),
                new TaskDeferred("a", why));
    }

    @Test
    void orTheRunWaitsForAnOperator() {
        String why = "failed 2 times, the last time: no disk";
        Team team = under("at_retry_cap: pause", Risk.WRITE);
        assertAccepted(
                exhaust(team),
                new AttemptFailed("a", 2, "w", "no disk", true, null),
                Messages.reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new TaskDeferred("a", why),
                new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, why, Standing.OPERATOR));
        team.direct(new ResumeRun());
        assertThat(team.run.phase()).isEqualTo(Phase.EXECUTING);
        assertThat(team.status("a")).isEqualTo(Status.DEFERRED);
    }

    @Test
    void theStandardOneDoesNotTryWhatItsAgentGaveUp() {
        assertAccepted(
                fail(under("", Risk.READ), false),
                new AttemptFailed("a", 1, "w", "no disk", false, null),
                new TaskFailed("a", "no disk", 0));
    }

    @Test
    void thePersistentOneDoes() {
        Team team = under("strategy: persistent", Risk.WRITE);
        assertAccepted(
                fail(team, false),
                new AttemptFailed("a", 1, "w", "no disk", false, null),
                new TaskDispatched("a", 2, null));
        team.start("w", "a", 2);
        assertThat(kinds(fail(team, true))).contains("TaskFailed");
    }

    @Test
    void theCautiousOneTriesAgainOnlyWhatReads() {
        assertAccepted(fail(under("strategy: cautious", Risk.READ), true), FIRST, new TaskDispatched("a", 2, null));
        for (Risk risk : List.of(Risk.UNKNOWN, Risk.WRITE, Risk.EXEC, Risk.DESTRUCTIVE)) {
            Decision d = fail(under("strategy: cautious", risk), true);
            assertThat(kinds(d)).as(risk.name()).containsExactly("AttemptFailed", "Escalated", "TaskDeferred");
        }
    }

    private static List<String> kinds(Decision d) {
        return d.getFacts().stream().map(RandomTeam::kindOf).toList();
    }

    private static void nonsense(String strategy, String proposal, String reason, SpecificRecord... between) {
        Team team = under("strategy: " + strategy, Risk.WRITE);
        List<SpecificRecord> facts = new java.util.ArrayList<>(List.of(FIRST));
        facts.addAll(List.of(between));
        facts.add(new ProposalRefused(strategy, proposal, "a", reason));
        facts.add(new Escalated(
                "strategy", "a", "strategy " + strategy + " could not say what to do: " + reason, List.of()));
        if (between.length == 0) {
            facts.add(new TaskDeferred("a", "no strategy said what to do about it: no disk"));
        }
        assertAccepted(fail(team, true), facts.toArray(SpecificRecord[]::new));
        assertThat(team.run.escalations()).isEqualTo(1);
        assertThat(team.status("a")).isEqualTo(between.length == 0 ? Status.DEFERRED : Status.FAILED);
    }

    @Test
    void nonsenseIsRecordedAndAnsweredByAnOperator() {
        nonsense("unheard-of", "", "there is no strategy of that name on this control plane");
        nonsense("throws", "", "it threw java.lang.IllegalStateException: no idea");
        nonsense("says-nothing", "", "it proposed nothing");
        nonsense("says-null", "", "it is null");
        nonsense("says-too-much", "", "it proposed 17 things at once");
        nonsense(
                "contradicts",
                "retry",
                "what becomes of the task is decided by a proposal before it",
                new TaskFailed("a", "it is over", 0));
    }

    @Test
    void aStrategyThatLoopsIsStoppedByTheCap() {
        Team team = under("strategy: retries-for-ever", Risk.WRITE);
        String reason = "the task has had all the attempts that max_retries gives it";
        assertAccepted(
                exhaust(team),
                new AttemptFailed("a", 2, "w", "no disk", true, null),
                Messages.reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new ProposalRefused("retries-for-ever", "retry", "a", reason),
                new Escalated(
                        "strategy", "a", "strategy retries-for-ever could not say what to do: " + reason, List.of()),
                new TaskDeferred("a", "no strategy said what to do about it: no disk"));
    }

    /** It fails at the question what it would do with any number of attempts: that is not asked for its proposals' sake. */
    @Test
    void whatAStrategyWouldDoWithoutTheCapTakesNothingFromWhatItProposes() {
        String reason = "the task has had all the attempts that max_retries gives it";
        assertAccepted(
                exhaust(under("strategy: counts", Risk.WRITE)),
                new AttemptFailed("a", 2, "w", "no disk", true, null),
                Messages.reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new ProposalRefused("counts", "retry", "a", reason),
                new Escalated("strategy", "a", "strategy counts could not say what to do: " + reason, List.of()),
                new TaskDeferred("a", "no strategy said what to do about it: no disk"));
    }

    @Test
    void whatIsOnlyEscalatedWaits() {
        assertAccepted(
                fail(under("strategy: only-escalates", Risk.WRITE), true),
                FIRST,
                new Escalated("retry", "a", "look at it", List.of()),
                new TaskDeferred("a", "it failed, and its strategy proposed nothing else: no disk"));
    }

    @Test
    void aTaskCanBeGivenToOthers() {
        TaskChange change = new TaskChange();
        change.setAgentType("expert");
        Team team = under("strategy: reassigns", Risk.WRITE);
        assertAccepted(fail(team, true), FIRST, new TaskUpdated("a", change), new TaskDispatched("a", 2, null));
        assertThat(team.task("a").agentType()).isEqualTo("expert");
    }

    @Test
    void aStrategyCanEndTheRun() {
        Team team = under("strategy: ends-the-run", Risk.WRITE);
        List<Fact> facts = fail(team, true).getFacts();
        assertThat(facts)
                .anyMatch(f ->
                        f.getRunCancelled() != null && f.getRunCancelled().equals(new RunCancelled("it is no use", 2)));
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
    }
}
