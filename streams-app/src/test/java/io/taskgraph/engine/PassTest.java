package io.taskgraph.engine;

import static io.taskgraph.engine.Loop.EVERY;
import static io.taskgraph.engine.Loop.EXPECTED;
import static io.taskgraph.engine.Loop.expected;
import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.risky;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.undoable;
import static io.taskgraph.engine.Team.START;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.PassMade;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Passes by timer: when they come, what our strategies do in them, and when they leave a record. */
class PassTest {
    private static final PhaseChanged IN =
            new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "a look at what has stood for too long", "");
    private static final PhaseChanged OUT =
            new PhaseChanged(Phase.RECONCILING, Phase.EXECUTING, "what was due was looked at", "");
    private static final String LATE = "an attempt takes longer than was expected";

    private static Team overdue(String strategy, String caps) {
        Team team = Loop.team(strategy, caps);
        team.patch(add(expected(spec("a"))), add(expected(spec("b"))));
        team.start("w", "a", 1);
        team.start("w", "b", 1);
        return team;
    }

    /** Lets the timer fire whenever it is due until then; gives what it decided. */
    private static List<Decision> until(Team team, long at) {
        List<Decision> decided = new ArrayList<>();
        while (team.run.nextDue() <= at) {
            long before = team.run.nextDue();
            team.elapse(Loop.all(team)).ifPresent(decided::add);
            assertThat(team.run.nextDue()).as("no timer spins").isGreaterThan(before);
        }
        team.now = at;
        return decided;
    }

    @Test
    void aPassOfWhichNothingComesLeavesNoRecord() {
        Team team = overdue("persistent", "");
        RunImage image = RunImage.of(team.run);
        assertThat(until(team, START + 10 * EVERY)).isEmpty();
        assertThat(RunImage.of(team.run)).isEqualTo(image);
    }

    @Test
    void theStandardOneAsksTheWorkerHowFarAnOverdueAttemptIs() {
        Team team = Loop.team("standard", "");
        team.patch(add(expected(spec("a"))));
        team.start("w", "a", 1);
        team.now += EXPECTED + EVERY - 1;
        assertThat(team.timer(Loop.all(team))).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(team.now + 1);
        team.now++;
        MessageSpec question = MessageSpec.newBuilder()
                .setRecipient("w")
                .setKind(MessageKind.NEEDS_CONTEXT)
                .setPriority(MessagePriority.HIGH)
                .setTaskId("a")
                .setBody(
                        "attempt 1 takes longer than was expected: how far is it, and what does it wait for? Tell it in"
                                + " your heartbeats, or ask for context")
                .build();
        String id = Message.idOf(team.run.sequence() + 1, 1);
        assertAccepted(
                team.timer(Loop.all(team)).orElseThrow(),
                IN,
                new MessageQueued(id, "control-plane", SenderRole.CONTROL_PLANE, "", question, null, List.of()),
                new PassMade(1, 1),
                OUT);
        assertThat(team.run.lastPass()).isEqualTo(new Pass(team.now, 1));
        team.reload();
        assertThat(team.timer(Loop.all(team)))
                .as("a run that is loaded again asks no more in the same period")
                .isEmpty();
    }

    @Test
    void theCautiousOneCallsAnOperatorOnceForAllAndThenAfterTwiceAsLong() {
        Team team = overdue("cautious", "");
        List<Decision> passes = until(team, START + EXPECTED + 8 * EVERY);
        assertThat(passes).hasSize(4);
        assertThat(passes)
                .map(d -> (d.getDecidedAt().toEpochMilli() - START - EXPECTED) / EVERY)
                .containsExactly(1L, 2L, 4L, 8L);
        assertAccepted(
                passes.get(2),
                IN,
                new Escalated("overdue", null, "2 tasks, the first: " + LATE, List.of("a", "b")),
                new PassMade(2, 2),
                OUT);
    }

    @Test
    void recordedPassesAreACooldownApart() {
        Team team = Loop.team("cautious", "reconcile_cooldown: 20s");
        team.patch(add(expected(spec("a"))), add(expected(spec("b"))));
        team.start("w", "a", 1);
        team.now += 5_000;
        team.start("v", "b", 1);
        List<Decision> passes = until(team, START + EXPECTED + EVERY + 30_000);
        assertThat(passes)
                .map(d -> d.getDecidedAt().toEpochMilli() - START - EXPECTED - EVERY)
                .as("b was due five seconds after a")
                .containsExactly(0L, 20_000L);
        assertThat(passes)
                .flatMap(Decision::getFacts)
                .map(Fact::getEscalated)
                .filteredOn(e -> e != null)
                .map(Escalated::getTaskId)
                .containsExactly("a", "b");
        assertThat(passes.get(1).getFacts().get(0).getCapReached())
                .isEqualTo(Messages.reached(Cap.RECONCILE_COOLDOWN, 20_000, 5_000, null));
    }

    @Test
    void aLostWorkerCountsAsAPass() {
        Team team = Loop.team("cautious", "reconcile_cooldown: 20s");
        team.patch(add(expected(spec("a"))), add("b"));
        team.start("w", "a", 1);
        team.now += EXPECTED + EVERY - 30_000;
        team.start("v", "b", 1);
        team.now += 30_000;
        // v is lost just when a is overdue: both are looked at, one after the other.
        Decision d = team.timer(worker -> worker.equals("v") ? 0 : team.now).orElseThrow();
        assertThat(kinds(d)).contains("WorkerLost").doesNotContain("PassMade");
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(team.now + 20_000);
        team.now += 20_000;
        assertThat(kinds(team.timer(Loop.all(team)).orElseThrow())).contains("PassMade");
    }

    private static List<String> kinds(Decision d) {
        return d.getFacts().stream().map(RandomTeam::kindOf).toList();
    }

    @Test
    void anOperatorIsRemindedOfWhatIsSetAsideUntilItIsTakenUp() {
        Team cautious = Loop.team("cautious", "");
        cautious.patch(add(risky(Risk.WRITE, spec("a"))), add("b"));
        cautious.start("w", "a", 1);
        cautious.report("w", "a", 1, failed("no disk", true));
        List<Decision> passes = until(cautious, START + 4 * EVERY);
        assertThat(passes).hasSize(3);
        Escalated call = passes.get(0).getFacts().get(1).getEscalated();
        assertThat(call.getAbout()).isEqualTo("set_aside");
        assertThat(call.getTaskId()).isEqualTo("a");
        assertThat(call.getReason()).startsWith("set aside, and nobody has taken it up: attempt 1 ended in the middle");
        cautious.direct(new io.taskgraph.avro.RetryTask("a", false));
        assertThat(cautious.run.tables().watched.isEmpty()).isTrue();
        assertThat(until(cautious, START + 20 * EVERY))
                .as("taken up, it is no matter of passes")
                .noneMatch(d -> kinds(d).contains("PassMade"));
    }

    @Test
    void thePersistentOneGivesABranchUpThatNobodyRepairs() {
        Team team = Loop.team("persistent", "max_retries: 0");
        team.patch(
                add(undoable(spec("before"))),
                add(mode(FailureMode.RECONCILABLE, spec("a", "before"))),
                add("next", "a"),
                add("other"));
        team.start("w", "before", 1);
        team.finish("w", "before", 1);
        team.start("w", "a", 1);
        team.report("w", "a", 1, failed("no disk", true));
        assertThat(team.status("next")).isEqualTo(Status.DEFERRED);
        List<Decision> passes = until(team, START + 8 * EVERY);
        assertThat(passes).filteredOn(d -> kinds(d).contains("PassMade")).hasSize(4);
        assertThat(kinds(passes.get(passes.size() - 1)))
                .containsSubsequence("TaskReopened", "TaskResolved", "TaskAdded", "PassMade", "TaskDispatched");
        assertThat(team.status("next")).isEqualTo(Status.CANCELLED);
        assertThat(team.status("undo/before")).isEqualTo(Status.DISPATCHED);
    }

    @Test
    void offersInVainAreToldOfAndTheCautiousOneMakesFewer() {
        for (String strategy : List.of("standard", "cautious")) {
            Team team = Loop.team(strategy, "start_timeout: 5s");
            team.patch(add("a"), add("b"), add("c"), add("d"));
            List<Decision> timers = until(team, START + 20_000);
            assertThat(timers).hasSize(4);
            List<Fact> calls = timers.stream()
                    .flatMap(d -> d.getFacts().stream())
                    .filter(f -> f.getEscalated() != null)
                    .toList();
            assertThat(calls).as("one for all").hasSize(1);
            assertThat(calls.get(0).getEscalated())
                    .isEqualTo(new Escalated(
                            "not_taken_up",
                            null,
                            "4 tasks, the first: 4 attempts were offered to agents of type default in vain; is there any?",
                            List.of("a", "b", "c", "d")));
            assertThat(timers.get(3).getFacts())
                    .filteredOn(f -> f.getRunSlowed() != null)
                    .map(Fact::getRunSlowed)
                    .isEqualTo(
                            strategy.equals("standard")
                                    ? List.of()
                                    : List.of(new RunSlowed(
                                            2, Instant.ofEpochMilli(team.now + 60_000), "offers are made in vain")));
            assertThat(team.run.graph().inFlight()).isEqualTo(strategy.equals("standard") ? 4 : 2);
        }
    }

    @Test
    void aStrategyThatThrowsInAPassIsRecordedForEachTaskAndCallsOnce() {
        Team team = overdue("throws", "");
        team.now += EXPECTED + EVERY;
        Decision d = team.timer(Loop.all(team)).orElseThrow();
        assertThat(kinds(d))
                .containsExactly(
                        "PhaseChanged", "ProposalRefused", "Escalated", "ProposalRefused", "PassMade", "PhaseChanged");
        assertThat(team.status("a")).as("a lease that is alive stays").isEqualTo(Status.RUNNING);
    }

    @Test
    void aRunThatDoesNotExecuteIsNotLookedAt() {
        Team team = overdue("cautious", "");
        team.direct(new io.taskgraph.avro.PauseRun());
        assertThat(until(team, START + EXPECTED + 4 * EVERY)).isEmpty();
        team.direct(new io.taskgraph.avro.ResumeRun());
        Optional<Decision> d = team.timer(Loop.all(team));
        assertThat(kinds(d.orElseThrow())).contains("PassMade");
    }

    @Test
    void anAttemptThatWaitsForAnApproverIsNotOverdue() {
        Team team = Team.under("name: t\nflags: {mutable_graph: true, reconcile: true}\nactions: {profile: strict}\n"
                + "caps: {max_runtime: 0s, worker_timeout: 0s, reconcile_cooldown: 0s}\n"
                + "approvals: {expires_after: 1h}\nreconcile: {strategy: cautious, every: 60s}\n");
        team.patch(add(expected(spec("a"))));
        team.start("w", "a", 1);
        team.asks("w", "a", 1, "db.drop", Risk.WRITE, "args");
        assertThat(until(team, START + 10 * EVERY)).isEmpty();
        team.direct("ann", "", new io.taskgraph.avro.Approve(team.pending()));
        assertThat(until(team, START + 11 * EVERY + EXPECTED + EVERY)).isNotEmpty();
        team.report("w", "a", 1, submitted("42"));
        assertThat(team.run.phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void aLookCostsWhatIsDueAndNotWhatIsWatched() {
        Team team = Loop.team("cautious", "max_workers: 5000, max_tasks: 5000, max_patch_operations: 5000");
        List<io.taskgraph.avro.Operation> tasks = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            tasks.add(add(expected(spec("t" + i))));
        }
        team.patch(tasks);
        for (int i = 0; i < 5_000; i++) {
            team.now++;
            team.start("w" + i, "t" + i, 1);
        }
        team.now = START + 1 + EXPECTED + EVERY;
        Decision d = team.timer(Loop.all(team)).orElseThrow();
        assertThat(d.getFacts()).map(Fact::getPassMade).contains(new PassMade(1, 1));
        assertThat(team.run.dates().findings().due(team.now)).isEmpty();
    }
}
