package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.reached;
import static io.taskgraph.engine.Messages.reachedOwn;
import static io.taskgraph.engine.Messages.silent;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.undoing;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskCompleted;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.avro.WorkerLost;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each cap is enforced at the decision that would exceed it, which says so: with {@code CAP_EXCEEDED}, the cap, its limit and the
 * value. A cap without a scenario here fails the test.
 */
class CapTest {
    /** Shows that the cap holds, and gives a decision in which it did. */
    @FunctionalInterface
    private interface Scenario {
        Enforced show();
    }

    /** What of the cap that decision has to say. */
    private record Enforced(Decision at, Told told) {}

    /** A refusal or a fact, as far as it is about a cap. */
    private record Told(RejectionCode code, String cap, long limit, long value) {
        static List<Told> by(Decision d) {
            List<Told> all = new ArrayList<>();
            if (d.getRejection() != null) {
                Map<String, String> details = d.getRejection().getDetails();
                all.add(new Told(
                        d.getRejection().getCode(),
                        details.get("cap"),
                        Long.parseLong(details.get("limit")),
                        Long.parseLong(details.get("value"))));
            }
            for (Fact f : d.getFacts()) {
                CapReached c = f.getCapReached();
                if (c != null) {
                    all.add(new Told(c.getCode(), c.getCap(), c.getLimit(), c.getValue()));
                }
            }
            return all;
        }
    }

    private static Enforced enforced(Decision d, Cap cap, long limit, long value) {
        return new Enforced(d, new Told(RejectionCode.CAP_EXCEEDED, cap.key(), limit, value));
    }

    private static final Map<Cap, Scenario> SCENARIOS = new EnumMap<>(Cap.class);

    static {
        SCENARIOS.put(Cap.MAX_TASKS, CapTest::tasks);
        SCENARIOS.put(Cap.MAX_WORKERS, CapTest::workers);
        SCENARIOS.put(Cap.MAX_DEPTH, CapTest::depth);
        SCENARIOS.put(Cap.MAX_RETRIES, CapTest::retries);
        SCENARIOS.put(Cap.MAX_COMPENSATING_TASKS, CapTest::compensatingTasks);
        SCENARIOS.put(Cap.MAX_RUNTIME, CapTest::runtime);
        SCENARIOS.put(Cap.RECONCILE_COOLDOWN, CapTest::reconcileCooldown);
        SCENARIOS.put(Cap.HEARTBEAT_STALENESS, CapTest::heartbeatStaleness);
        SCENARIOS.put(Cap.WORKER_TIMEOUT, CapTest::workerTimeout);
        SCENARIOS.put(Cap.START_TIMEOUT, CapTest::startTimeout);
        SCENARIOS.put(Cap.MAX_PATCH_OPERATIONS, CapTest::patchOperations);
        SCENARIOS.put(Cap.MAX_PAYLOAD, CapTest::payload);
        SCENARIOS.put(Cap.MAX_ACTIONS, CapTest::actions);
        SCENARIOS.put(Cap.MAX_ACTIONS_PER_MINUTE, CapTest::actionsPerMinute);
        SCENARIOS.put(Cap.MAX_IDENTICAL_ACTIONS, CapTest::identicalActions);
    }

    @TestFactory
    List<DynamicTest> everyCapIsEnforced() {
        return List.of(Cap.values()).stream()
                .map(cap -> DynamicTest.dynamicTest(cap.key(), () -> {
                    assertThat(SCENARIOS).as("a scenario for each cap").containsKey(cap);
                    Enforced e = SCENARIOS.get(cap).show();
                    assertThat(e.told().cap()).isEqualTo(cap.key());
                    assertThat(Told.by(e.at()))
                            .contains(e.told())
                            .extracting(Told::code)
                            .containsOnly(RejectionCode.CAP_EXCEEDED);
                }))
                .toList();
    }

    private static Team under(Cap cap, long value) {
        return under(Team.CAPS.with(cap, value));
    }

    private static Team under(Caps caps) {
        StringBuilder y = new StringBuilder("name: test\nflags: {mutable_graph: true, reconcile: true}\n");
        y.append("actions: {read: allow}\ncaps:\n");
        for (Cap cap : Cap.values()) {
            y.append("  ")
                    .append(cap.key())
                    .append(": ")
                    .append(cap.write(caps.get(cap)))
                    .append('\n');
        }
        return Team.under(y.toString());
    }

    private static Enforced exceeded(Decision d, Cap cap, long limit, long value) {
        assertThat(d.getOutcome()).isEqualTo(Outcome.REJECTED);
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.CAP_EXCEEDED);
        assertThat(d.getRejection().getDetails())
                .containsEntry("cap", cap.key())
                .containsEntry("limit", Long.toString(limit))
                .containsEntry("value", Long.toString(value));
        assertThat(d.getRejection().getMessage()).contains(cap.key());
        assertThat(d.getFacts()).isEmpty();
        return enforced(d, cap, limit, value);
    }

    private static Enforced tasks() {
        Team team = under(Cap.MAX_TASKS, 2);
        exceeded(team.patch(add("a"), add("b"), add("c")), Cap.MAX_TASKS, 2, 3);
        team.patch(add("a"), add("b"));
        Enforced e = exceeded(team.patch(add("c")), Cap.MAX_TASKS, 2, 3);
        team.report("w", "a", 1, submitted(null));
        assertThat(team.patch(Messages.archive("a"), add("c")).getRejection())
                .as("archived tasks do not count")
                .isNull();
        return e;
    }

    /** That it holds something back is told when it begins to, and not again with each decision that leaves it so. */
    private static Enforced workers() {
        Team team = under(Cap.MAX_WORKERS, 1);
        Decision d = team.patch(add("a"), add("b"), add("c"));
        Team.assertAccepted(
                d,
                new TaskAdded(spec("a")),
                new TaskAdded(spec("b")),
                new TaskAdded(spec("c")),
                PhaseTest.PLANNING,
                PhaseTest.EXECUTING,
                new TaskDispatched("a", 1, null),
                reached(Cap.MAX_WORKERS, 1, 2, "b"));
        Team.assertAccepted(
                team.report("w", "a", 1, submitted(null)),
                new TaskCompleted("a", 1, "w", null),
                new TaskDispatched("b", 1, null));
        Team.assertAccepted(
                team.report("w", "b", 1, submitted(null)),
                new TaskCompleted("b", 1, "w", null),
                new TaskDispatched("c", 1, null));
        Team.assertAccepted(team.patch(add("d")), new TaskAdded(spec("d")), reached(Cap.MAX_WORKERS, 1, 2, "d"));
        team.reload();
        Team.assertAccepted(team.patch(add("e")), new TaskAdded(spec("e")));
        assertThat(Told.by(team.direct(new SetCap("max_workers", "0"))))
                .as("another limit holds it back")
                .containsExactly(new Told(RejectionCode.CAP_EXCEEDED, "max_workers", 0, 2));
        Decision more = team.direct(new SetCap("max_workers", "3"));
        assertThat(dispatched(more)).hasSize(2);
        assertThat(Told.by(more)).as("nothing is held back any more").isEmpty();
        return enforced(d, Cap.MAX_WORKERS, 1, 2);
    }

    @Test
    void nothingIsDispatchedUnderNoWorkers() {
        Team none = under(Cap.MAX_WORKERS, 0);
        Decision d = none.patch(add("a"));
        assertThat(dispatched(d)).isEmpty();
        assertThat(Told.by(d)).containsExactly(new Told(RejectionCode.CAP_EXCEEDED, "max_workers", 0, 1));
        assertThat(dispatched(none.direct(new SetCap("max_workers", "1")))).hasSize(1);
    }

    /** What is held back when a run goes on is told anew: meanwhile something else held it. */
    @Test
    void aRunThatGoesOnTellsThatTheCapHolds() {
        Team team = under(Cap.MAX_WORKERS, 1);
        team.patch(add("a"), add("b"));
        assertThat(Told.by(team.direct(new PauseRun()))).isEmpty();
        assertThat(Told.by(team.direct(new ResumeRun())))
                .containsExactly(new Told(RejectionCode.CAP_EXCEEDED, "max_workers", 1, 2));
    }

    private static List<TaskDispatched> dispatched(Decision d) {
        return d.getFacts().stream()
                .map(Fact::getTaskDispatched)
                .filter(t -> t != null)
                .toList();
    }

    private static Enforced depth() {
        Enforced e = exceeded(below("max_depth: 0", 1), Cap.MAX_DEPTH, 0, 1);
        exceeded(below("max_depth: 2", 3), Cap.MAX_DEPTH, 2, 3);
        assertThat(below("max_depth: 2", 2).getRejection()).isNull();
        assertThat(below("max_depth: 2", 0).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
        return e;
    }

    private static Decision below(String cap, int depth) {
        Policy policy = Policy.parse("name: test\nflags: {hierarchy: true}\ncaps: {" + cap + "}");
        Mutation m = Messages.mutation("child", "m", List.of());
        m.setCreateRun(new CreateRun(
                "n", "g", "test", new HashMap<>(), null, new ParentRun("above", "a", depth), null, null, List.of()));
        return new Team("child")
                .step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    private static Enforced retries() {
        Team team = under(Cap.MAX_RETRIES, 1);
        team.patch(add("a"));
        assertThat(dispatched(team.report("w", "a", 1, Messages.failed("no", true))))
                .hasSize(1);
        Decision d = team.report("w", "a", 2, Messages.failed("no", true));
        Team.assertAccepted(
                d,
                new AttemptFailed("a", 2, "w", "no", true, null),
                reached(Cap.MAX_RETRIES, 1, 2, "a"),
                new TaskFailed("a", "failed 2 times, the last time: no", 0),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
        assertThat(team.run.retries()).isEqualTo(1);
        return enforced(d, Cap.MAX_RETRIES, 1, 2);
    }

    /** What the policy has become of a task that is not tried again, the cap is told beside it; with the flag off, too. */
    @Test
    void thatATaskIsNotTriedAgainNamesTheCapWhateverFollows() {
        for (String section :
                List.of("at_retry_cap: defer", "at_retry_cap: pause", "strategy: cautious", "strategy: persistent")) {
            Team team = Team.reconciling("max_retries: 0", section);
            team.patch(add("a"));
            assertThat(team.report("w", "a", 1, Messages.failed("no", true)).getFacts())
                    .as(section)
                    .contains(Facts.of(reached(Cap.MAX_RETRIES, 0, 1, "a")));
        }
        Team plain = Team.with(Team.CAPS.with(Cap.MAX_RETRIES, 0));
        plain.patch(add("a"));
        assertThat(plain.report("w", "a", 1, Messages.failed("no", true)).getFacts())
                .contains(Facts.of(reached(Cap.MAX_RETRIES, 0, 1, "a")));
    }

    /** Another attempt would do no good: that the cap gives none changes nothing. */
    @Test
    void aTaskThatItsAgentGivesUpIsNotEndedByTheCap() {
        for (boolean reconcile : new boolean[] {false, true}) {
            Team team = Team.reconciling("mutable_graph: true, reconcile: " + reconcile, "max_retries: 0", "");
            team.patch(add("a"));
            assertThat(Told.by(team.report("w", "a", 1, Messages.failed("no", false))))
                    .isEmpty();
        }
        Team persistent = Team.reconciling("max_retries: 0", "strategy: persistent");
        persistent.patch(add("a"));
        assertThat(Told.by(persistent.report("w", "a", 1, Messages.failed("no", false))))
                .as("it would have tried again what its agent gave up")
                .containsExactly(new Told(RejectionCode.CAP_EXCEEDED, "max_retries", 0, 1));
    }

    private static Enforced compensatingTasks() {
        Team team = under(Cap.MAX_COMPENSATING_TASKS, 1);
        Enforced e = exceeded(
                team.patch(add("a"), add(undoing("a", spec("u1"))), add(undoing("a", spec("u2")))),
                Cap.MAX_COMPENSATING_TASKS,
                1,
                2);
        team.patch(add("a"), add(undoing("a", spec("u1", "a"))));
        exceeded(team.patch(add(undoing("a", spec("u2")))), Cap.MAX_COMPENSATING_TASKS, 1, 2);
        team.patch(Messages.remove("u1"));
        assertThat(team.patch(add(undoing("a", spec("u2")))).getRejection()).isNull();
        return e;
    }

    /** What the engine itself may not add is told as what a patch may not. */
    @Test
    void tasksThatTheEngineMayNotAddToUndoOthersNameTheCap() {
        for (String caps : List.of("max_compensating_tasks: 1", "max_tasks: 4, max_compensating_tasks: 9")) {
            Team team = Team.reconciling(caps, "");
            team.patch(add(Messages.undoable(spec("a"))), add(Messages.undoable(spec("b", "a"))), add("pay", "b"));
            team.report("w", "a", 1, submitted(null));
            team.report("w", "b", 1, submitted(null));
            boolean tasks = caps.startsWith("max_tasks");
            assertThat(team.report("w", "pay", 1, Messages.failed("no", false)).getFacts())
                    .contains(Facts.of(
                            tasks
                                    ? reached(Cap.MAX_TASKS, 4, 5, "pay")
                                    : reached(Cap.MAX_COMPENSATING_TASKS, 1, 2, "pay")));
        }
    }

    private static Enforced runtime() {
        Team team = under(Cap.MAX_RUNTIME, 10_000);
        team.patch(add("a"), add("b", "a"));
        team.report("w", "a", 1, started());
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 10_000);
        team.now += 9_999;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.now += 1;
        Decision d = team.timer(w -> team.now).orElseThrow();
        Team.assertAccepted(
                d,
                reached(Cap.MAX_RUNTIME, 10_000L, 10_000L, null),
                new LeaseRevoked("a", 1, "w", "the run reached max_runtime", null),
                new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "the run reached max_runtime", Standing.CAP));
        exceeded(team.direct(new ResumeRun()), Cap.MAX_RUNTIME, 10_000, 10_000);
        Decision less = team.direct(new SetCap("max_runtime", "5s"));
        assertThat(less.getFacts()).as("it does not suffice").hasSize(1);
        Decision more = team.direct(new SetCap("max_runtime", "20s"));
        assertThat(more.getFacts().get(1).getPhaseChanged())
                .isEqualTo(new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "a cap was raised", ""));
        assertThat(dispatched(more)).containsExactly(new TaskDispatched("a", 2, null));
        return enforced(d, Cap.MAX_RUNTIME, 10_000, 10_000);
    }

    /** Leases end in time; a pass over the run is recorded as one only when the one before is old enough. */
    private static Enforced reconcileCooldown() {
        Team team = Team.reconciling("max_workers: 2, reconcile_cooldown: 60s, heartbeat_staleness: 10s", "");
        team.patch(add("a"), add("b"));
        team.report("v", "a", 1, started());
        team.now += 5_000;
        team.report("w", "b", 1, started());
        team.now += 5_000;
        assertThat(passes(team.timer(Liveness.SILENT).orElseThrow(), "v")).isTrue();
        team.now += 5_000;
        Decision young = team.timer(Liveness.SILENT).orElseThrow();
        Team.assertAccepted(
                young,
                reached(Cap.RECONCILE_COOLDOWN, 60_000, 5_000, null),
                silent("w", 10_000, 10_000),
                new WorkerLost("w", Instant.ofEpochMilli(team.now - 10_000)),
                new AttemptFailed("b", 1, "w", "worker lost", true, null),
                new TaskDispatched("b", 2, null));
        team.now += 50_000;
        team.report("x", "a", team.task("a").attempt(), started());
        team.now += 10_000;
        Decision old = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(passes(old, "x")).isTrue();
        assertThat(Told.by(old)).hasSize(1);
        return enforced(young, Cap.RECONCILE_COOLDOWN, 60_000, 5_000);
    }

    /** Whether the worker's loss is a pass. */
    private static boolean passes(Decision d, String lost) {
        assertThat(d.getFacts().get(0).getCapReached()).isEqualTo(silent(lost, 10_000, 10_000));
        assertThat(d.getFacts().get(1).getWorkerLost().getWorkerId()).isEqualTo(lost);
        return d.getFacts().stream().anyMatch(f -> f.getPhaseChanged() != null);
    }

    /** A pass by timer that was due earlier tells when, once: when it is made. */
    @Test
    void aPassThatTheCooldownPutsOffNamesIt() {
        Team team = Team.reconciling("max_retries: 0, reconcile_cooldown: 70s", "every: 10s, at_retry_cap: defer");
        team.patch(add("a"));
        team.report("w", "a", 1, Messages.failed("no", true));
        team.now += 10_000;
        Decision first = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(Told.by(first)).isEmpty();
        assertThat(first.getFacts()).anyMatch(f -> f.getPassMade() != null);
        assertThat(team.run.nextDue()).isEqualTo(team.now + 70_000);
        team.now += 10_000;
        assertThat(team.timer(Liveness.SILENT)).as("it is due, and put off").isEmpty();
        team.now += 60_000;
        Decision second = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(second.getFacts()).anyMatch(f -> f.getPassMade() != null);
        assertThat(Told.by(second))
                .containsExactly(new Told(RejectionCode.CAP_EXCEEDED, "reconcile_cooldown", 70_000, 10_000));
    }

    /** Workers lost in the decision of the pass are a pass, too, and without a cooldown none puts off another. */
    @Test
    void withoutACooldownAPassThatComesWithALossIsNotPutOff() {
        Team team = Team.reconciling("max_retries: 0, heartbeat_staleness: 10s", "every: 10s, at_retry_cap: defer");
        team.patch(add("a"), add("b"));
        team.report("w", "a", 1, Messages.failed("no", true));
        team.start("v", "b", 1);
        // A tick later than the pass is due.
        team.now += 10_050;
        Decision d = team.timer(w -> w.equals("v") ? 0 : team.now).orElseThrow();
        assertThat(d.getFacts()).anyMatch(f -> f.getWorkerLost() != null).anyMatch(f -> f.getPassMade() != null);
        assertThat(Told.by(d)).extracting(Told::cap).containsExactly("heartbeat_staleness", "max_retries");
    }

    private static Enforced heartbeatStaleness() {
        Team team = under(Team.CAPS.with(Cap.HEARTBEAT_STALENESS, 10_000).with(Cap.MAX_RETRIES, 1));
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 9_999;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now += 1;
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        Team.assertAccepted(
                d,
                silent("w", 10_000, 10_000),
                new WorkerLost("w", Instant.ofEpochMilli(Team.START)),
                new PhaseChanged(Phase.EXECUTING, Phase.RECONCILING, "a worker was lost", ""),
                new AttemptFailed("a", 1, "w", "worker lost", true, null),
                new PhaseChanged(Phase.RECONCILING, Phase.EXECUTING, "their leases were taken away", ""),
                new TaskDispatched("a", 2, null));
        return enforced(d, Cap.HEARTBEAT_STALENESS, 10_000, 10_000);
    }

    private static Enforced workerTimeout() {
        Team team = under(Team.CAPS.with(Cap.WORKER_TIMEOUT, 10_000).with(Cap.MAX_RETRIES, 1));
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 10_000);
        team.now += 9_999;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.now += 1;
        Decision d = team.timer(w -> team.now).orElseThrow();
        Team.assertAccepted(
                d,
                reached(Cap.WORKER_TIMEOUT, 10_000L, 10_000L, "a"),
                new AttemptFailed("a", 1, "w", "it took longer than worker_timeout", true, null),
                new TaskDispatched("a", 2, null));
        return enforced(d, Cap.WORKER_TIMEOUT, 10_000, 10_000);
    }

    private static Enforced startTimeout() {
        Team team = under(Cap.START_TIMEOUT, 10_000);
        team.patch(add("a"));
        team.now += 9_999;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now += 1;
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        Team.assertAccepted(
                d,
                reached(Cap.START_TIMEOUT, 10_000, 10_000, "a"),
                new LeaseRevoked("a", 1, "", "not taken up in time", null),
                new TaskDispatched("a", 2, null));
        return enforced(d, Cap.START_TIMEOUT, 10_000, 10_000);
    }

    /** Where a task has tighter limits of its own, those are the ones that acted, and the facts say so. */
    @Test
    void aTasksOwnLimitIsToldAsTheLimit() {
        Team team = under(Team.CAPS
                .with(Cap.START_TIMEOUT, 60_000)
                .with(Cap.WORKER_TIMEOUT, 60_000)
                .with(Cap.HEARTBEAT_STALENESS, 60_000));
        var limited = spec("a");
        limited.setLimits(new TimeLimits(1_000L, 3_000L, 2_000L));
        team.patch(add(limited));
        team.now += 1_000;
        assertThat(team.timer(w -> team.now).orElseThrow().getFacts())
                .contains(Facts.of(reachedOwn(Cap.START_TIMEOUT, 1_000, 1_000, "a")));
        team.report("w", "a", 2, started());
        team.now += 3_000;
        assertThat(team.timer(w -> team.now).orElseThrow().getFacts())
                .contains(Facts.of(reachedOwn(Cap.WORKER_TIMEOUT, 3_000, 3_000, "a")));
        team.report("w", "a", 3, started());
        team.now += 2_000;
        assertThat(team.timer(Liveness.SILENT).orElseThrow().getFacts())
                .contains(Facts.of(reachedOwn(Cap.HEARTBEAT_STALENESS, 2_000, 2_000, "a")));
    }

    private static Enforced patchOperations() {
        Team team = under(Cap.MAX_PATCH_OPERATIONS, 2);
        Enforced e = exceeded(team.patch(add("a"), add("b"), add("c")), Cap.MAX_PATCH_OPERATIONS, 2, 3);
        assertThat(team.patch(add("a"), add("b")).getRejection()).isNull();
        return e;
    }

    private static Enforced payload() {
        Team team = under(Cap.MAX_PAYLOAD, 4);
        var large = spec("a");
        large.setPayload("äää");
        exceeded(team.patch(add(large)), Cap.MAX_PAYLOAD, 4, 6);
        large.setPayload("ää");
        assertThat(team.patch(add(large)).getRejection()).isNull();
        Enforced e = exceeded(team.report("w", "a", 1, submitted("12345")), Cap.MAX_PAYLOAD, 4, 5);
        assertThat(team.report("w", "a", 1, submitted("1234")).getRejection()).isNull();
        assertThat(team.status("a")).isEqualTo(Status.DONE);
        return e;
    }

    private static Decision acts(Team team, String arguments) {
        Decision d = team.asks("w", "a", 1, "fs.read", Risk.READ, arguments);
        if (d.getOutcome() == Outcome.ACCEPTED) {
            team.acted(d, "w", "a", 1, "fs.read", Risk.READ, arguments);
        }
        return d;
    }

    /** Whoever waits for the answer finds it in the refusal. */
    private static void refusedTo(Decision d) {
        assertThat(d.getRejection().getDetails())
                .containsEntry("request_id", d.getCause().getMessageId())
                .containsEntry("task_id", "a")
                .containsEntry("attempt", "1")
                .containsEntry("worker_id", "w");
    }

    private static Enforced actions() {
        Team team = under(Cap.MAX_ACTIONS, 2);
        team.patch(add("a"));
        acts(team, "1");
        team.asks("w", "a", 1, "fs.run", Risk.EXEC, "denied ones count, too");
        Decision d = acts(team, "3");
        Enforced e = exceeded(d, Cap.MAX_ACTIONS, 2, 3);
        refusedTo(d);
        team.direct(new SetCap("max_actions", "3"));
        assertThat(acts(team, "3").getRejection()).isNull();
        return e;
    }

    private static Enforced actionsPerMinute() {
        Team team = under(Cap.MAX_ACTIONS_PER_MINUTE, 2);
        team.patch(add("a"));
        acts(team, "1");
        team.now += 30_000;
        acts(team, "2");
        Decision d = acts(team, "3");
        Enforced e = exceeded(d, Cap.MAX_ACTIONS_PER_MINUTE, 2, 3);
        refusedTo(d);
        team.now += 30_000;
        team.reload();
        assertThat(acts(team, "3").getRejection())
                .as("the first is a minute ago")
                .isNull();
        assertThat(acts(team, "4").getRejection()).isNotNull();
        return e;
    }

    private static Enforced identicalActions() {
        Team team = under(Cap.MAX_IDENTICAL_ACTIONS, 2);
        team.patch(add("a"));
        acts(team, "x");
        acts(team, "x");
        Decision d = acts(team, "x");
        Enforced e = exceeded(d, Cap.MAX_IDENTICAL_ACTIONS, 2, 3);
        refusedTo(d);
        assertThat(acts(team, "y").getRejection()).isNull();
        team.report("w", "a", 1, Messages.released("stopping"));
        assertThat(team.asks("w", "a", 2, "fs.read", Risk.READ, "x").getRejection())
                .as("another attempt is the same task")
                .isNotNull();
        return e;
    }

    /** A policy with smaller caps takes nothing back that is there; it only holds from then on. */
    @Test
    void smallerCapsHoldFromThenOn() {
        Team team = under(Cap.MAX_TASKS, 10);
        team.patch(IntStream.range(0, 5).mapToObj(i -> add("t" + i)).toList());
        team.direct(new SetCap("max_tasks", "3"));
        team.direct(new SetCap("max_workers", "1"));
        assertThat(team.run.graph().size()).isEqualTo(5);
        assertThat(team.run.graph().inFlight()).isEqualTo(2);
        exceeded(team.patch(Messages.title("t1", "other")), Cap.MAX_TASKS, 3, 5);
        assertThat(dispatched(team.report("w", "t0", 1, submitted(null)))).isEmpty();
    }
}
