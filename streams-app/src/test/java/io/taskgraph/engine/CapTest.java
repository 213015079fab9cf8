package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
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
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskFailed;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each cap is enforced at the decision that would exceed it. A cap without a scenario here fails the test. */
class CapTest {
    /** Shows that the cap holds. */
    @FunctionalInterface
    private interface Scenario {
        void show();
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
                    SCENARIOS.get(cap).show();
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

    private static void exceeded(Decision d, Cap cap, long limit, long value) {
        assertThat(d.getOutcome()).isEqualTo(Outcome.REJECTED);
        assertThat(d.getRejection().getCode()).isEqualTo(RejectionCode.CAP_EXCEEDED);
        assertThat(d.getRejection().getDetails())
                .containsEntry("cap", cap.key())
                .containsEntry("limit", Long.toString(limit))
                .containsEntry("value", Long.toString(value));
        assertThat(d.getRejection().getMessage()).contains(cap.key());
        assertThat(d.getFacts()).isEmpty();
    }

    private static void tasks() {
        Team team = under(Cap.MAX_TASKS, 2);
        exceeded(team.patch(add("a"), add("b"), add("c")), Cap.MAX_TASKS, 2, 3);
        team.patch(add("a"), add("b"));
        exceeded(team.patch(add("c")), Cap.MAX_TASKS, 2, 3);
        team.report("w", "a", 1, submitted(null));
        assertThat(team.patch(Messages.archive("a"), add("c")).getRejection())
                .as("archived tasks do not count")
                .isNull();
    }

    private static void workers() {
        Team team = under(Cap.MAX_WORKERS, 1);
        Decision d = team.patch(add("a"), add("b"));
        assertThat(dispatched(d)).containsExactly(new TaskDispatched("a", 1, null));
        assertThat(dispatched(team.report("w", "a", 1, submitted(null))))
                .containsExactly(new TaskDispatched("b", 1, null));
        Team none = under(Cap.MAX_WORKERS, 0);
        assertThat(dispatched(none.patch(add("a")))).isEmpty();
        assertThat(dispatched(none.direct(new SetCap("max_workers", "1")))).hasSize(1);
    }

    private static List<TaskDispatched> dispatched(Decision d) {
        return d.getFacts().stream()
                .map(Fact::getTaskDispatched)
                .filter(t -> t != null)
                .toList();
    }

    private static void depth() {
        exceeded(below("max_depth: 0", 1), Cap.MAX_DEPTH, 0, 1);
        exceeded(below("max_depth: 2", 3), Cap.MAX_DEPTH, 2, 3);
        assertThat(below("max_depth: 2", 2).getRejection()).isNull();
        assertThat(below("max_depth: 2", 0).getRejection().getCode()).isEqualTo(RejectionCode.INVALID_VALUE);
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

    private static void retries() {
        Team team = under(Cap.MAX_RETRIES, 1);
        team.patch(add("a"));
        assertThat(dispatched(team.report("w", "a", 1, Messages.failed("no", true))))
                .hasSize(1);
        Decision d = team.report("w", "a", 2, Messages.failed("no", true));
        assertThat(d.getFacts().get(1).getTaskFailed())
                .isEqualTo(new TaskFailed("a", "failed 2 times, the last time: no", 0));
        assertThat(team.run.retries()).isEqualTo(1);
    }

    private static void compensatingTasks() {
        Team team = under(Cap.MAX_COMPENSATING_TASKS, 1);
        exceeded(
                team.patch(add("a"), add(undoing("a", spec("u1"))), add(undoing("a", spec("u2")))),
                Cap.MAX_COMPENSATING_TASKS,
                1,
                2);
        team.patch(add("a"), add(undoing("a", spec("u1", "a"))));
        exceeded(team.patch(add(undoing("a", spec("u2")))), Cap.MAX_COMPENSATING_TASKS, 1, 2);
        team.patch(Messages.remove("u1"));
        assertThat(team.patch(add(undoing("a", spec("u2")))).getRejection()).isNull();
    }

    private static void runtime() {
        Team team = under(Cap.MAX_RUNTIME, 10_000);
        team.patch(add("a"), add("b", "a"));
        team.report("w", "a", 1, started());
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 10_000);
        team.now += 9_999;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.now += 1;
        Team.assertAccepted(
                team.timer(w -> team.now).orElseThrow(),
                new CapReached("max_runtime", 10_000L, 10_000L, null),
                new LeaseRevoked("a", 1, "w", "the run reached max_runtime", null),
                new PhaseChanged(Phase.EXECUTING, Phase.AWAIT_USER, "the run reached max_runtime", Standing.CAP));
        exceeded(team.direct(new ResumeRun()), Cap.MAX_RUNTIME, 10_000, 10_000);
        Decision less = team.direct(new SetCap("max_runtime", "5s"));
        assertThat(less.getFacts()).as("it does not suffice").hasSize(1);
        Decision more = team.direct(new SetCap("max_runtime", "20s"));
        assertThat(more.getFacts().get(1).getPhaseChanged())
                .isEqualTo(new PhaseChanged(Phase.AWAIT_USER, Phase.EXECUTING, "a cap was raised", ""));
        assertThat(dispatched(more)).containsExactly(new TaskDispatched("a", 2, null));
    }

    /** Leases end in time; a pass over the run is recorded as one only when the one before is old enough. */
    private static void reconcileCooldown() {
        Team team = Team.reconciling("max_workers: 2, reconcile_cooldown: 60s, heartbeat_staleness: 10s", "");
        team.patch(add("a"), add("b"));
        team.report("v", "a", 1, started());
        team.now += 5_000;
        team.report("w", "b", 1, started());
        team.now += 5_000;
        assertThat(passes(team, "v")).isTrue();
        team.now += 5_000;
        assertThat(passes(team, "w")).as("the pass before is young").isFalse();
        team.now += 50_000;
        team.report("x", "a", team.task("a").attempt(), started());
        team.now += 10_000;
        assertThat(passes(team, "x")).isTrue();
    }

    /** Whether the worker's loss is a pass. */
    private static boolean passes(Team team, String lost) {
        Decision d = team.timer(Liveness.SILENT).orElseThrow();
        assertThat(d.getFacts().get(0).getWorkerLost().getWorkerId()).isEqualTo(lost);
        return d.getFacts().stream().anyMatch(f -> f.getPhaseChanged() != null);
    }

    private static void heartbeatStaleness() {
        Team team = under(Cap.HEARTBEAT_STALENESS, 10_000);
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        team.now += 9_999;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now += 1;
        assertThat(team.timer(Liveness.SILENT)
                        .orElseThrow()
                        .getFacts()
                        .get(0)
                        .getWorkerLost()
                        .getWorkerId())
                .isEqualTo("w");
    }

    private static void workerTimeout() {
        Team team = under(Team.CAPS.with(Cap.WORKER_TIMEOUT, 10_000).with(Cap.MAX_RETRIES, 0));
        team.patch(add("a"));
        team.report("w", "a", 1, started());
        assertThat(team.run.nextDue()).isEqualTo(Team.START + 10_000);
        team.now += 9_999;
        assertThat(team.timer(w -> team.now)).isEmpty();
        team.now += 1;
        Team.assertAccepted(
                team.timer(w -> team.now).orElseThrow(),
                new CapReached("worker_timeout", 10_000L, 10_000L, "a"),
                new AttemptFailed("a", 1, "w", "it took longer than worker_timeout", true, null),
                new TaskFailed("a", "failed 1 times, the last time: it took longer than worker_timeout", 0),
                PhaseTest.SYNTHESIZING,
                PhaseTest.COMPLETED);
    }

    private static void startTimeout() {
        Team team = under(Cap.START_TIMEOUT, 10_000);
        team.patch(add("a"));
        team.now += 9_999;
        assertThat(team.timer(Liveness.SILENT)).isEmpty();
        team.now += 1;
        Team.assertAccepted(
                team.timer(Liveness.SILENT).orElseThrow(),
                new LeaseRevoked("a", 1, "", "not taken up in time", null),
                new TaskDispatched("a", 2, null));
    }

    private static void patchOperations() {
        Team team = under(Cap.MAX_PATCH_OPERATIONS, 2);
        exceeded(team.patch(add("a"), add("b"), add("c")), Cap.MAX_PATCH_OPERATIONS, 2, 3);
        assertThat(team.patch(add("a"), add("b")).getRejection()).isNull();
    }

    private static void payload() {
        Team team = under(Cap.MAX_PAYLOAD, 4);
        var large = spec("a");
        large.setPayload("äää");
        exceeded(team.patch(add(large)), Cap.MAX_PAYLOAD, 4, 6);
        large.setPayload("ää");
        assertThat(team.patch(add(large)).getRejection()).isNull();
        exceeded(team.report("w", "a", 1, submitted("12345")), Cap.MAX_PAYLOAD, 4, 5);
        assertThat(team.report("w", "a", 1, submitted("1234")).getRejection()).isNull();
        assertThat(team.status("a")).isEqualTo(Status.DONE);
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

    private static void actions() {
        Team team = under(Cap.MAX_ACTIONS, 2);
        team.patch(add("a"));
        acts(team, "1");
        team.asks("w", "a", 1, "fs.run", Risk.EXEC, "denied ones count, too");
        Decision d = acts(team, "3");
        exceeded(d, Cap.MAX_ACTIONS, 2, 3);
        refusedTo(d);
        team.direct(new SetCap("max_actions", "3"));
        assertThat(acts(team, "3").getRejection()).isNull();
    }

    private static void actionsPerMinute() {
        Team team = under(Cap.MAX_ACTIONS_PER_MINUTE, 2);
        team.patch(add("a"));
        acts(team, "1");
        team.now += 30_000;
        acts(team, "2");
        Decision d = acts(team, "3");
        exceeded(d, Cap.MAX_ACTIONS_PER_MINUTE, 2, 3);
        refusedTo(d);
        team.now += 30_000;
        team.reload();
        assertThat(acts(team, "3").getRejection())
                .as("the first is a minute ago")
                .isNull();
        assertThat(acts(team, "4").getRejection()).isNotNull();
    }

    private static void identicalActions() {
        Team team = under(Cap.MAX_IDENTICAL_ACTIONS, 2);
        team.patch(add("a"));
        acts(team, "x");
        acts(team, "x");
        Decision d = acts(team, "x");
        exceeded(d, Cap.MAX_IDENTICAL_ACTIONS, 2, 3);
        refusedTo(d);
        assertThat(acts(team, "y").getRejection()).isNull();
        team.report("w", "a", 1, Messages.released("stopping"));
        assertThat(team.asks("w", "a", 2, "fs.read", Risk.READ, "x").getRejection())
                .as("another attempt is the same task")
                .isNotNull();
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
