package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.FailureMode;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.why.Exceeded;
import io.taskgraph.query.why.Limit;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of what went wrong and is being repaired, or waits for that. */
class WhyRepairTest {
    private static Waiting waiting(Team team, String task) {
        return Waits.of(WhyTest.view(team)).task(task).orElseThrow();
    }

    private static Reason only(Waiting waiting) {
        assertThat(waiting.reasons()).hasSize(1);
        return waiting.reasons().get(0);
    }

    private static String told(Reason reason) {
        return reason.kind() + ": " + reason.what() + "; " + reason.frees();
    }

    @Test
    void aBackOff() {
        Team team = Team.reconciling("max_workers: 4", "backoff: {first: 10s, factor: 2, most: 60s, jitter: 0}");
        team.patch(add("t"), add("next", "t"));
        team.start("w", "t", 1);
        team.report("w", "t", 1, failed("no disk", true));
        Reason reason = only(waiting(team, "t"));
        assertThat(told(reason))
                .isEqualTo(
                        "back_off: 1 attempt has failed, the next one waits for its time; that time; `taskgraph cancel"
                                + " r --task=t` gives the task up");
        assertThat(reason.limits()).containsExactly(new Limit("back-off", START + 10_000, "it is tried again"));
        Reason behind = only(waiting(team, "next"));
        assertThat(behind.through()).map(Waiting::taskId).containsExactly("t");
        Reason run = Waits.of(WhyTest.view(team)).run().reasons().get(0);
        assertThat(run.through()).map(Waiting::taskId).containsExactly("t");
    }

    @Test
    void aFailureThatCanBeRepaired() {
        Team team = Team.reconciling("max_workers: 4", "");
        team.patch(add(mode(FailureMode.RECONCILABLE, spec("t"))), add("next", "t"), add("last", "next"));
        team.start("w", "t", 1);
        team.report("w", "t", 1, failed("no disk", false));
        assertThat(told(only(waiting(team, "t"))))
                .isEqualTo("ended: it waits for nothing: it is failed: no disk; `taskgraph retry r t` tries it again,"
                        + " `taskgraph skip r t` goes on without it");
        assertThat(told(only(waiting(team, "next"))))
                .isEqualTo("deferred: it was set aside: dependency t failed and can be repaired; a planner's patch that"
                        + " sets its status to pending, or `taskgraph retry r next`; `taskgraph cancel r --task=next`"
                        + " gives it up");
        assertThat(only(waiting(team, "last")).through()).map(Waiting::taskId).containsExactly("next");
    }

    /** What is left of its branch is a consequence of its end, and the cap on that no reason for it. */
    @Test
    void aFailureOfWhoseBranchNotAllCanBeUndone() {
        for (boolean retryable : new boolean[] {false, true}) {
            Team team = Team.reconciling("max_workers: 4, max_retries: 0, max_compensating_tasks: 1", "");
            team.patch(
                    add(Messages.undoable(spec("a"))), add(Messages.undoable(spec("b", "a"))), add(spec("pay", "b")));
            team.report("w", "a", 1, Messages.submitted(null));
            team.report("w", "b", 1, Messages.submitted(null));
            team.report("w", "pay", 1, failed("no money", retryable));
            assertThat(team.log.get(team.log.size() - 1).decision().getFacts())
                    .contains(Facts.of(Messages.reached(Cap.MAX_COMPENSATING_TASKS, 1, 2, "pay")));
            assertThat(only(waiting(team, "pay")).what())
                    .isEqualTo(
                            retryable
                                    ? "it waits for nothing: it is failed by CAP_EXCEEDED max_retries limit 0 value 1:"
                                            + " failed 1 times, the last time: no money"
                                    : "it waits for nothing: it is failed: no money");
        }
    }

    @Test
    void aGuardThatPausedTheRun() {
        Team team = Team.under("""
                name: test
                flags: {mutable_graph: true}
                actions: {read: allow}
                caps: {max_actions_per_minute: 2}
                guards: {action_rate: {percent: 100, response: pause}}
                """);
        team.patch(add("t"), add("next", "t"));
        team.start("w", "t", 1);
        for (int i = 0; i < 2; i++) {
            team.asks("w", "t", 1, "fs.read", io.taskgraph.avro.Risk.READ, "file " + i);
        }
        assertThat(told(Waits.of(WhyTest.view(team)).run().reasons().get(0)))
                .isEqualTo("phase: the run is AWAIT_USER: it waits for an operator (guard action_rate tripped at 2);"
                        + " `taskgraph resume r` lets it go on");
        team.direct(new io.taskgraph.avro.ResumeRun());
        assertThat(Waits.of(WhyTest.view(team)).run().reasons().get(0).kind()).isEqualTo("tasks");
    }

    @Test
    void anAttemptThatWaitsForContext() {
        Team team = Loop.team("standard", "");
        team.patch(add("t"));
        team.start("w", "t", 1);
        team.now += 1_000;
        team.report("w", "t", 1, new io.taskgraph.avro.NeedsContext("which?"));
        String question = Message.idOf(team.run.sequence(), 1);
        Waiting waiting = waiting(team, "t");
        assertThat(WhyTest.kinds(waiting)).containsExactly("running", "context");
        Reason reason = waiting.reasons().get(1);
        assertThat(told(reason))
                .isEqualTo("context: worker w asked for context, and nobody has answered message " + question
                        + "; a message of kind CONTEXT that replies to it, by a planner or operator, to w: `taskgraph mail r"
                        + " --answer=" + question + " --body=TEXT` is one, `taskgraph mail r` shows what was asked");
        assertThat(reason.since()).isEqualTo(io.taskgraph.query.Since.at(team.now));
        assertThat(reason.limits())
                .containsExactly(new Limit(
                        "reconcile.every", team.now + Loop.EVERY, "the run's strategy is asked about it again"));
    }

    @Test
    void aTaskThatThePlannersWereAskedAbout() {
        Team team = Loop.team("as-told", "");
        Loop.about(team, io.taskgraph.engine.Situation.Trigger.ATTEMPT_FAILED, "request context");
        assertThat(WhyTest.kinds(waiting(team, "t"))).containsExactly("deferred", "context");
        assertThat(waiting(team, "t").reasons().get(1).frees()).contains("to control-plane");
    }

    @Test
    void aPassIsNoNewBeginningOfTheRun() {
        // given
        Team team = Team.reconciling("max_workers: 4, heartbeat_staleness: 10s", "");
        team.patch(add("t"), add("other"));
        team.start("w", "t", 1);
        long began = team.now;
        // when a worker is lost
        team.now += 10_000;
        team.timer(Liveness.SILENT);
        // then
        assertThat(team.log.get(team.log.size() - 1).decision().getFacts())
                .anySatisfy(f -> assertThat(f.getPhaseChanged()).isNotNull());
        assertThat(Waits.of(WhyTest.view(team)).run().reasons().get(0).since().at())
                .isEqualTo(began);
    }

    @Test
    void theCooldownThatALookWaitsFor() {
        Team team = Loop.team("as-told", "reconcile_cooldown: 100s");
        Loop.about(team, io.taskgraph.engine.Situation.Trigger.SET_ASIDE, "escalate");
        long pass = team.now;
        // A minute later it would be asked about again, but for the cooldown.
        assertThat(team.run.lastPass().at()).isEqualTo(pass);
        assertThat(only(waiting(team, "t")).limits())
                .containsExactly(new Limit(
                        "reconcile_cooldown",
                        pass + 100_000,
                        "the run's strategy is asked about it again",
                        Optional.of(new Exceeded(Cap.RECONCILE_COOLDOWN, 100_000, 60_000))));
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(pass + 100_000);
    }

    @Test
    void theCapOfARunThatIsSlowedDown() {
        Team team = Loop.team("as-told", "");
        Loop.about(team, io.taskgraph.engine.Situation.Trigger.ATTEMPT_FAILED, "slow down+retry");
        Reason reason = only(waiting(team, "t"));
        assertThat(reason.what())
                .isEqualTo("no more than 1 of max_workers 4 while the run is slowed down: 1 in flight, it is the next");
        assertThat(reason.limits())
                .containsExactly(new Limit("slowdown", team.now + 60_000, "as many attempts are out as usual"));
    }

    @Test
    void theCapOfADegradedRun() {
        Team team = Team.reconciling("max_workers: 4, max_retries: 9", "degraded: {lost: 2, percent: 50}");
        team.patch(add("a"), add("b"), add("c"), add("d"), add("t"));
        List.of("a", "b", "c", "d").forEach(id -> team.start("of " + id, id, 1));
        team.now += 30_000;
        team.timer(Liveness.SILENT);
        assertThat(only(waiting(team, "t")).what())
                .isEqualTo(
                        "no more than 2 of max_workers 4 while many workers are lost: 2 in flight, 2 ready before it");
    }
}
