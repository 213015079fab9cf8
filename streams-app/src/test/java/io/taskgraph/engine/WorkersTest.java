package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.limited;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.START;
import static io.taskgraph.engine.Team.assertAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.LeaveAnnounced;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.RunDegraded;
import io.taskgraph.avro.RunStabilized;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.avro.WorkerLeft;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.avro.WorkerRecovered;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is concluded of workers: busy, idle, lost, recovered, left; alone and in numbers. */
class WorkersTest {
    private static final long STALE = 30_000;
    private static final PhaseChanged PASS =
            new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "a worker was lost", "");
    private static final PhaseChanged ON =
            new PhaseChanged(Phase.RECONCILING, Phase.EXECUTING, "their leases were taken away", "");

    private final Team team = Team.reconciling("max_workers: 4, max_retries: 9", "");

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    private Liveness heard(String... workers) {
        return worker -> Set.of(workers).contains(worker) ? team.now : 0;
    }

    private Worker.State state(String worker) {
        return team.run.tables().workers.get(worker).state();
    }

    @Test
    void aBusyWorkerIsLostWhenItsSilenceIsAsLongAsTheLimit() {
        team.patch(add("a"));
        team.now += 1_000;
        team.start("w", "a", 1);
        team.now += STALE - 1;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now++;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.silent("w", STALE, STALE),
                new WorkerLost("w", at(START + 1_000)),
                PASS,
                new AttemptFailed("a", 1, "w", "worker lost", true, null),
                ON,
                new TaskDispatched("a", 2, null));
        assertThat(state("w")).isEqualTo(Worker.State.LOST);
        assertThat(team.report("w", "a", 1, Messages.submitted("late")).getRejection())
                .isNotNull();
    }

    @Test
    void aLeaseThatIsAliveIsNeverTaken() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        for (int i = 0; i < 100; i++) {
            team.now += STALE - 1;
            assertThat(team.timer(heard("w"))).isEmpty();
        }
        assertThat(team.status("a")).isEqualTo(Status.RUNNING);
    }

    @Test
    void anIdleWorkerIsLostAsWell() {
        team.patch(add("a"), add("b", "a"));
        team.start("w", "a", 1);
        team.now += 5_000;
        team.finish("w", "a", 1);
        team.now += STALE - 1;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now++;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.silent("w", STALE, STALE),
                new WorkerLost("w", at(START + 5_000)),
                PASS,
                ON);
        team.now += 10 * STALE;
        assertThat(team.timer(Liveness.SILENT)).as("it is lost once").isEmpty();
    }

    @Test
    void anIdleWorkerThatIsHeardStays() {
        team.patch(add("a"), add("b", "a"));
        team.start("w", "a", 1);
        team.finish("w", "a", 1);
        for (int i = 0; i < 10; i++) {
            team.now = Math.max(team.now + 1, team.run.nextDue());
            assertThat(team.timer(heard("w"))).isEmpty();
        }
        assertThat(state("w")).isEqualTo(Worker.State.ACTIVE);
        assertThat(team.now).as("a look at each limit, no more").isEqualTo(START + 10 * STALE);
    }

    @Test
    void aLostWorkerThatIsHeardIsThereAgain() {
        team.patch(add("a"), add("b"));
        team.start("w", "a", 1);
        team.now += STALE;
        team.timer(Liveness.SILENT);
        assertAccepted(team.beat("w", WorkerStatus.IDLE).orElseThrow(), new WorkerRecovered("w"));
        assertThat(team.beat("w", WorkerStatus.IDLE)).isEmpty();
        assertThat(team.beat("never seen", WorkerStatus.IDLE)).isEmpty();
        team.now += STALE;
        team.timer(Liveness.SILENT);
        assertThat(state("w")).as("its time begins anew, and ends").isEqualTo(Worker.State.LOST);
        team.start("w", "b", team.task("b").attempt());
        assertThat(state("w")).as("who takes up a lease is there").isEqualTo(Worker.State.ACTIVE);
    }

    @Test
    void aWorkerLeavesWhenItHoldsNothingAndIsNotLostThen() {
        team.patch(add("a"), add("b", "a"));
        team.start("w", "a", 1);
        assertAccepted(team.beat("w", WorkerStatus.LEAVING).orElseThrow(), new LeaveAnnounced("w"));
        assertThat(team.beat("w", WorkerStatus.LEAVING)).as("it holds a lease").isEmpty();
        team.reload();
        assertAccepted(
                team.report("w", "a", 1, Messages.submitted("42")),
                new TaskCompleted("a", 1, "w", "42"),
                new WorkerLeft("w"),
                new TaskDispatched("b", 1, null));
        assertThat(team.beat("w", WorkerStatus.LEAVING)).isEmpty();
        team.now += 10 * STALE;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.start("w", "b", 1);
        assertThat(state("w")).isEqualTo(Worker.State.ACTIVE);
    }

    @Test
    void aWorkerThatHeldNothingLeavesWithItsWord() {
        team.patch(add("a"), add("b", "a"));
        team.start("w", "a", 1);
        team.finish("w", "a", 1);
        assertAccepted(team.beat("w", WorkerStatus.LEAVING).orElseThrow(), new WorkerLeft("w"));
    }

    @Test
    void whoSaidThatItLeavesAndGivesItsLeaseBackIsNeverLost() {
        team.patch(add("a"), add("b"));
        team.start("w", "a", 1);
        team.beat("w", WorkerStatus.LEAVING);
        assertThat(team.report("w", "a", 1, new Released("stopping", null)).getFacts())
                .map(Facts::kind)
                .contains(new WorkerLeft("w"));
        team.now += 10 * STALE;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        assertThat(state("w")).isEqualTo(Worker.State.LEFT);
    }

    @Test
    void norIsWhoseLeaseIsTakenMeanwhile() {
        team.patch(add("a"), add("b"));
        team.start("w", "a", 1);
        team.beat("w", WorkerStatus.LEAVING);
        team.direct(new CancelTask("a"));
        team.now += STALE;
        assertAccepted(team.timer(Liveness.SILENT).orElseThrow(), new WorkerLeft("w"));
    }

    @Test
    void whoLeavesWithALeaseAndFallsSilentIsLostWithIt() {
        team.patch(add("a"), add("b"));
        team.start("w", "a", 1);
        team.beat("w", WorkerStatus.LEAVING);
        team.now += STALE;
        assertThat(team.timer(Liveness.SILENT).orElseThrow().getFacts())
                .map(Facts::kind)
                .contains(new WorkerLost("w", at(START)), new AttemptFailed("a", 1, "w", "worker lost", true, null));
    }

    @Test
    void aWorkerThatDoesNotNameAnAttemptAnyMoreHasForgottenIt() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        team.now += STALE - 1;
        assertThat(team.timer(Loop.restarted(team))).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(team.now + 1);
        team.now++;
        assertAccepted(
                team.timer(Loop.restarted(team)).orElseThrow(),
                Messages.reached(Cap.HEARTBEAT_STALENESS, STALE, STALE, "a"),
                new AttemptFailed("a", 1, "w", "its worker does not name it any more: it was restarted", true, null),
                new TaskDispatched("a", 2, null));
        assertThat(state("w")).as("it is there").isEqualTo(Worker.State.ACTIVE);
    }

    @Test
    void aTaskHasLimitsOfItsOwn() {
        team.patch(add(limited(1_000, 5_000, 2_000, spec("a"))));
        team.now += 1_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.reachedOwn(Cap.START_TIMEOUT, 1_000, 1_000, "a"),
                new LeaseRevoked("a", 1, "", "not taken up in time", null),
                new TaskDispatched("a", 2, null));
        team.start("w", "a", 2);
        team.now += 2_000;
        assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                Messages.reachedOwn(Cap.HEARTBEAT_STALENESS, 2_000, 2_000, "a"),
                new AttemptFailed("a", 2, "w", "no sign of life within the task's own limit", true, null),
                new TaskDispatched("a", 3, null));
        team.start("w", "a", 3);
        for (int i = 0; i < 2; i++) {
            team.now += 1_999;
            assertThat(team.timer(heard("w"))).isEmpty();
        }
        team.now += 1_002;
        assertAccepted(
                team.timer(heard("w")).orElseThrow(),
                Messages.reachedOwn(Cap.WORKER_TIMEOUT, 5_000, 5_000, "a"),
                new AttemptFailed("a", 3, "w", "it took longer than worker_timeout", true, null),
                new TaskDispatched("a", 4, null));
    }

    @Test
    void tighterLimitsHoldForTheAttemptInFlight() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        team.now += 1_000;
        assertThat(team.timer(heard("w"))).isEmpty();
        TaskChange change = new TaskChange();
        change.setLimits(new TimeLimits(null, 3_000L, null));
        assertThat(team.patch(Messages.update("a", change)).getFacts()).hasSize(1);
        team.now = Math.max(team.now, team.run.nextDue());
        team.timer(heard("w"));
        team.now = START + 3_000;
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(team.now);
        assertThat(team.timer(heard("w"))).isPresent();
        assertThat(team.task("a").attempt()).isEqualTo(2);
    }

    @Test
    void progressIsHandedOn() {
        team.patch(add("a"));
        team.start("w", "a", 1);
        team.now += STALE;
        Decision lost = team.timer(new Liveness() {
                    @Override
                    public long lastHeardAt(String worker) {
                        return 0;
                    }

                    @Override
                    public String progressOf(String worker, String task, int attempt) {
                        return worker + " was half way through " + task + "#" + attempt;
                    }
                })
                .orElseThrow();
        assertThat(lost.getFacts().get(3).getAttemptFailed().getProgress()).isEqualTo("w was half way through a#1");
        assertThat(team.run.progressOf("a")).isEqualTo("w was half way through a#1");
        team.start("x", "a", 2);
        team.report("x", "a", 2, new Released("enough", "x".repeat(5_000)));
        team.reload();
        assertThat(team.run.progressOf("a")).isEqualTo("x".repeat(Progress.LENGTH));
        team.start("x", "a", 3);
        team.finish("x", "a", 3);
        assertThat(team.run.progressOf("a")).isNull();
    }

    @Test
    void aDecisionFindsFiveHundredLostAndTheNextOneTheRest() {
        Team many = Team.reconciling("max_workers: 700", "");
        List<Operation> tasks = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            tasks.add(add("t" + i));
        }
        many.patch(tasks);
        for (int i = 0; i < 700; i++) {
            many.start("w" + i, "t" + i, 1);
        }
        many.now += STALE;
        assertThat(lost(many.timer(Liveness.SILENT).orElseThrow())).isEqualTo(500);
        many.now = Math.max(many.now, many.run.nextDue());
        assertThat(many.now).as("at once").isLessThanOrEqualTo(START + STALE + 1);
        assertThat(lost(many.timer(Liveness.SILENT).orElseThrow())).isEqualTo(200);
    }

    private static int lost(Decision d) {
        int n = 0;
        for (Fact f : d.getFacts()) {
            n += f.getWorkerLost() != null ? 1 : 0;
        }
        return n;
    }

    private Team degraded() {
        Team t = Team.reconciling("max_workers: 4, max_retries: 9", "degraded: {lost: 2, percent: 50}");
        t.patch(add("a"), add("b"), add("c"), add("d"), add("e"));
        t.start("w1", "a", 1);
        t.start("w2", "b", 1);
        t.start("w3", "c", 1);
        t.start("w4", "d", 1);
        t.now += STALE;
        assertAccepted(
                t.timer(w -> w.equals("w4") ? t.now : 0).orElseThrow(),
                Messages.silent("w1", STALE, STALE),
                new WorkerLost("w1", at(START)),
                Messages.silent("w2", STALE, STALE),
                new WorkerLost("w2", at(START)),
                Messages.silent("w3", STALE, STALE),
                new WorkerLost("w3", at(START)),
                new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "3 workers were lost", ""),
                new RunDegraded(3, 4),
                new Escalated("degraded", null, "3 of 4 workers were lost at once", List.of()),
                new AttemptFailed("a", 1, "w1", "worker lost", true, null),
                new AttemptFailed("b", 1, "w2", "worker lost", true, null),
                new AttemptFailed("c", 1, "w3", "worker lost", true, null),
                ON,
                new TaskDispatched("a", 2, null));
        return t;
    }

    @Test
    void aBurstIsOneEscalationAndHalvesWhatIsHandedOut() {
        Team t = degraded();
        assertThat(t.run.graph().inFlight()).isEqualTo(2);
        t.now += STALE;
        Decision more = t.timer(Liveness.SILENT).orElseThrow();
        assertThat(lost(more)).isEqualTo(1);
        assertThat(more.getFacts()).noneMatch(f -> f.getEscalated() != null || f.getRunDegraded() != null);
        assertThat(t.run.escalations()).isEqualTo(1);
        t.reload();
        assertThat(t.run.degradation()).isEqualTo(new Degradation(START + STALE, 4, 3));
    }

    @Test
    void aDegradedRunIsStableWhenEnoughWorkersAreBack() {
        Team t = degraded();
        assertAccepted(t.beat("w1", WorkerStatus.IDLE).orElseThrow(), new WorkerRecovered("w1"));
        assertAccepted(
                t.beat("w2", WorkerStatus.IDLE).orElseThrow(),
                new WorkerRecovered("w2"),
                new RunStabilized(3, "it has workers enough again"),
                new TaskDispatched("b", 2, null),
                new TaskDispatched("c", 2, null),
                Messages.reached(Cap.MAX_WORKERS, 4, 5, "e"));
        assertThat(t.run.degradation()).isNull();
    }

    @Test
    void orWhenNoneWasLostForAWhile() {
        Team t = degraded();
        t.now += 4 * STALE - 1;
        assertThat(t.timer(w -> t.now)).isEmpty();
        t.now = Math.max(t.now, t.run.nextDue());
        assertThat(t.now).isEqualTo(START + STALE + 4 * STALE);
        assertAccepted(
                t.timer(w -> t.now).orElseThrow(),
                new RunStabilized(1, "none was lost for a while"),
                new TaskDispatched("b", 2, null),
                new TaskDispatched("c", 2, null),
                Messages.reached(Cap.MAX_WORKERS, 4, 5, "e"));
    }

    @Test
    void aLossWhileItIsDegradedPutsThatOffAndNoTimerSpins() {
        Team t = degraded();
        t.now += STALE;
        t.timer(Liveness.SILENT);
        t.now = START + STALE + 4 * STALE;
        assertThat(t.timer(w -> t.now)).isEmpty();
        assertThat(t.run.nextDue()).isGreaterThan(t.now);
        t.now += STALE;
        assertThat(t.timer(w -> t.now).orElseThrow().getFacts().get(0).getRunStabilized())
                .isNotNull();
    }
}
