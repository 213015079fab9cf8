package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.urgent;
import static io.taskgraph.engine.Team.assertAccepted;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.ApprovalDenied;
import io.taskgraph.avro.ApprovalExpired;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.presets.Presets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where nobody is there, nothing waits for anybody: what is denied fails, and what would need a person ends the run. */
class UnattendedTest {
    private static final String NOBODY =
            "rule nobody-is-there denies its dispatch: nobody is there who could agree to a task that may destroy something";
    private static final String FAILING = "name: test\nflags: {mutable_graph: true}\ncaps: {max_runtime: 0s}\n"
            + "approvals: {on_denial: fail, expires_after: 1m}\n"
            + "rules: [{id: look, on: [dispatch], when: task.priority > 0, effect: await, reason: look first}]\n";

    private static Team unattended() {
        return Team.under(Presets.named("ci-unattended").orElseThrow().document());
    }

    private static PhaseChanged over(String why) {
        return new PhaseChanged(Phase.EXECUTING, Phase.FAILED, why, "");
    }

    @Test
    void aTaskThatIsDeniedFailsAtOnceAndWithItWhatDependsOnIt() {
        // given
        Team team = unattended();
        // when
        Decision d = team.patch(
                add(risky(Risk.DESTRUCTIVE, spec("wipe"))),
                add(risky(Risk.READ, spec("after", "wipe"))),
                add(risky(Risk.READ, spec("other"))));
        // then
        assertThat(d.getFacts())
                .map(Facts::kind)
                .endsWith(
                        new TaskFailed("wipe", NOBODY, 1),
                        new TaskDispatched("other", 1, Messages.budget(1_000_000L, 5_000_000L, 600_000L)));
        assertThat(d.getRule()).isEqualTo("nobody-is-there");
        assertThat(team.status("after")).isEqualTo(Status.FAILED);
        // and the run ends with what is left
        assertThat(team.report("w", "other", 1, submitted(null)).getFacts())
                .map(Facts::kind)
                .endsWith(over("a task failed, and nobody is there to repair it"));
    }

    @Test
    void aRunOfWhichNothingMayBeDoneEndsInTheDecisionThatBeginsIt() {
        Team team = unattended();
        Decision d = team.patch(add(risky(Risk.DESTRUCTIVE, spec("wipe"))));
        assertThat(d.getFacts())
                .map(Facts::kind)
                .endsWith(new TaskFailed("wipe", NOBODY, 0), over("a task failed, and nobody is there to repair it"));
        assertThat(team.run.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void ofAHundredDeniedAtOnceTheRunEnds() {
        Team team = unattended();
        team.patch(IntStream.range(0, 150)
                .mapToObj(i -> add(risky(Risk.DESTRUCTIVE, spec("t" + i))))
                .toList());
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
        assertThat(team.run.standing().reason())
                .isEqualTo("the policy denied the dispatch of 100 tasks in one decision");
        assertThat(team.run.graph().unfinished()).isZero();
    }

    @Test
    void aBypassEndsTheRun() {
        Team team = unattended();
        team.patch(add(risky(Risk.EXEC, spec("a"))));
        team.start("w", "a", 1);
        Decision d = team.acted(null, "w", "a", 1, "rm", Risk.EXEC, "x");
        assertThat(d.getFacts())
                .map(Facts::kind)
                .endsWith(
                        new RunCancelled("worker \"w\" performed \"rm\" without an allow", 1),
                        over("worker \"w\" performed \"rm\" without an allow"));
    }

    @Test
    void aBudgetThatIsOverdrawnEndsTheRun() {
        Team team = unattended();
        team.patch(add(risky(Risk.EXEC, spec("a"))));
        team.start("w", "a", 1);
        team.report("w", "a", 1, Messages.used(1_000_001, 0, 0));
        assertThat(team.run.phase()).isEqualTo(Phase.FAILED);
        assertThat(team.run.standing().reason()).isEqualTo("task \"a\" used up more tokens than its budget");
    }

    @Test
    void theEndOfItsTimeEndsTheRun() {
        Team team = unattended();
        team.patch(add(risky(Risk.READ, spec("a"))));
        team.start("w", "a", 1);
        team.now += 3_600_000;
        assertAccepted(
                team.timer(w -> team.now).orElseThrow(),
                Messages.reached(Cap.WORKER_TIMEOUT, 300_000L, 3_600_000L, "a"),
                new io.taskgraph.avro.AttemptFailed("a", 1, "w", "it took longer than worker_timeout", true, null),
                Messages.reached(Cap.MAX_RUNTIME, 3_600_000L, 3_600_000L, null),
                new RunCancelled("the run reached max_runtime", 1),
                over("the run reached max_runtime"));
    }

    @Test
    void nobodyPausesIt() {
        Team team = unattended();
        team.patch(add(risky(Risk.READ, spec("a"))));
        assertRefused(
                team.direct(new PauseRun()), RejectionCode.ILLEGAL_TRANSITION, "from", "EXECUTING", "to", "AWAIT_USER");
    }

    /** Whatever is said to it: it never waits for a person. */
    @Test
    void whateverIsSaidToItItWaitsForNobody() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int round = 0; round < Integer.getInteger("taskgraph.rounds", 40); round++) {
            RandomTeam people = new RandomTeam(random);
            Team team = unattended();
            for (int step = 0; step < 100; step++) {
                team.now += random.nextInt(5_000);
                team.step(people.input(team));
                assertThat(team.run.phase())
                        .as("seed %s, round %s, step %s", seed, round, step)
                        .isNotIn(Phase.AWAIT_USER, Phase.AWAIT_APPROVAL);
                assertThat(team.run.pendingApprovals()).isEmpty();
            }
        }
    }

    // The policy's word on denied tasks, in general.

    @Test
    void whereADenialFailsATaskItIsSoByAnApproverAndByExpiryToo() {
        // given
        Team team = Team.under(FAILING);
        team.patch(add(urgent(2, spec("a"))), add("b", "a"), add(urgent(1, spec("c"))));
        assertThat(team.run.pendingApprovals()).hasSize(2);
        // when
        Decision denied = team.direct("ann", "no", new Deny("2.2"));
        // then
        assertAccepted(denied, new ApprovalDenied("2.2", "ann", "no"), new TaskFailed("a", "denied by ann: no", 1));
        team.now += 60_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                new ApprovalExpired("2.1"),
                new TaskFailed("c", "nobody approved it in time", 0),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
    }

    @Test
    void ofTwoThatExpireTheOneThatEndedWithTheOtherIsOvertaken() {
        Team team = Team.under(FAILING);
        team.patch(add(urgent(1, spec("a"))), add(urgent(1, spec("b"))));
        team.patch(Messages.depend("b", "a"));
        team.now += 60_000;
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(d.getFacts()).map(Facts::kind).contains(new TaskFailed("a", "nobody approved it in time", 1));
        assertThat(team.run.pendingApprovals()).isEmpty();
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void aTaskThatMayNotUseWhatItNeedsFailsToo() {
        Shop shop = new Shop("", "approvals: {on_denial: fail}\n");
        Decision d = shop.team.patch(add(Shop.needs("a", "1.0.0")), add("b", "a"));
        assertThat(d.getFacts())
                .map(Facts::kind)
                .contains(new TaskFailed(
                        "a",
                        "it may not use files@1.0.0: the registry knows no version 1.0.0 of files; propose and enable it",
                        1));
        assertThat(shop.team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void whatIsApprovedGoesOn() {
        Team team = Team.under(FAILING);
        team.patch(add(urgent(1, spec("a"))));
        assertThat(team.direct("ann", "", new Approve("2.1")).getFacts())
                .map(Facts::kind)
                .contains(new TaskDispatched("a", 1, null));
    }

    @Test
    void whatAPlannerSetsAsideIsItsOwnDoing() {
        Team team = Team.under(FAILING);
        team.patch(add("a"), add("b", "a"));
        team.patch(set("b", TaskStatus.DEFERRED));
        assertThat(team.status("b")).isEqualTo(Status.DEFERRED);
    }
}
