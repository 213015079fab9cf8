package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.FailureMode;
import io.taskgraph.query.why.Limit;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import java.util.List;
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
