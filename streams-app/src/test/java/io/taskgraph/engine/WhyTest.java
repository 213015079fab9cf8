package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.set;
import static io.taskgraph.engine.Messages.started;
import static io.taskgraph.engine.Messages.submitted;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.query.RunView;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is told of a task in every status, and of a run in every phase: a new one needs a scenario here. */
class WhyTest {
    static final String ASKS = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_tasks: 1000, max_workers: 200}
            rules:
              - {id: ask, on: [dispatch], when: "true", effect: await, reason: people decide}
            """;
    static final String REVIEWS = """
            name: test
            flags: {reconcile: true}
            reconcile: {review: {risks: [write]}}
            """;
    static final String ASKS_FOR_PLANS = """
            name: test
            flags: {mutable_graph: true}
            rules:
              - {id: ask, on: [plan], when: "true", effect: await, reason: people decide}
            """;

    /**
     * @param given the run; the task that is asked about is {@code t}
     * @param reasons each one's kind, what it is and what frees it
     */
    private record Scenario(Function<Team, RunView> given, String policy, List<String> reasons) {
        RunView view() {
            return given.apply(policy == null ? Team.standard() : Team.under(policy));
        }
    }

    private static final Map<Status, Scenario> TASKS = new EnumMap<>(Status.class);
    private static final Map<Phase, Scenario> RUNS = new EnumMap<>(Phase.class);

    static {
        task(
                Status.PENDING,
                team -> team.patch(add("a"), add("t", "a")),
                "dependencies: dependency a is not done; it is ready when they are done; below is what holds them up; a"
                        + " planner's patch can also take a dependency out");
        task(
                Status.READY,
                team -> team.patch(add("a"), add("b"), add("t")),
                "cap: CAP_EXCEEDED max_workers limit 2 value 3: 2 in flight, it is the next; the end of an attempt in flight, or a higher"
                        + " cap: `taskgraph cap r max_workers 3`");
        TASKS.put(
                Status.AWAITING_APPROVAL,
                new Scenario(
                        team -> told(team, () -> team.patch(add("t"))),
                        ASKS,
                        List.of("approval: the task's dispatch waits for approval r/2.1 (people decide);"
                                + " `taskgraph approve r/2.1` or `taskgraph deny r/2.1 --reason=…` by 1 more person,"
                                + " not planner who asked")));
        task(
                Status.DISPATCHED,
                team -> team.patch(add("t")),
                "offered: attempt 1 is offered to agents of type default, none has taken it up; a free agent of that"
                        + " type; simulated ones: `taskgraph agents --agent-type=default`");
        task(
                Status.RUNNING,
                team -> {
                    team.patch(add("t"));
                    team.report("w", "t", 1, started());
                },
                "running: worker w works on attempt 1; its report, or the loss of its lease after 30s of silence;"
                        + " `taskgraph cancel r --task=t` gives the task up");
        TASKS.put(
                Status.SUBMITTED,
                new Scenario(
                        WhyTest::inReview,
                        REVIEWS,
                        List.of(
                                "review: the result of attempt 1 by worker w waits for review; a reviewer's answer, who"
                                        + " is not that worker; `taskgraph cancel r --task=t` gives the task up",
                                "approval: the result of attempt 1 waits for approval r/4.1 (results of risk WRITE are"
                                        + " reviewed); `taskgraph approve r/4.1` or `taskgraph deny r/4.1 --reason=…` by"
                                        + " 1 more person, not w who asked")));
        task(
                Status.DEFERRED,
                team -> team.patch(add("t"), set("t", TaskStatus.DEFERRED)),
                "deferred: it was set aside: by the planner; a planner's patch that sets its status to pending;"
                        + " `taskgraph cancel r --task=t` gives it up");
        task(
                Status.DONE,
                team -> {
                    team.patch(add("t"));
                    team.report("w", "t", 1, submitted("42"));
                },
                "ended: it waits for nothing: it is done: 42; ");
        task(
                Status.FAILED,
                team -> {
                    team.patch(add("t"));
                    team.report("w", "t", 1, started());
                    team.report("w", "t", 1, failed("no disk", false));
                },
                "ended: it waits for nothing: it is failed: no disk; ");
        task(
                Status.CANCELLED,
                team -> {
                    team.patch(add("t"), add("u"));
                    team.direct(new CancelTask("t"));
                },
                "ended: it waits for nothing: it is cancelled: because; ");

        run(
                Phase.UNKNOWN,
                "phase: the run is UNKNOWN: this version does not know that phase (because); a command line of"
                        + " the version that wrote the log");
        run(
                Phase.IDLE,
                team -> {},
                "phase: the run is IDLE: it has no tasks; a planner's patch that adds one; `taskgraph cancel r` ends it");
        run(
                Phase.PLANNING,
                "phase: the run is PLANNING: it passes through (because); its next decision: nobody has to do"
                        + " anything");
        RUNS.put(
                Phase.AWAIT_APPROVAL,
                new Scenario(
                        team -> told(team, () -> team.patch(add("t"))),
                        ASKS_FOR_PLANS,
                        List.of(
                                "phase: the run is AWAIT_APPROVAL: its plan waits for approval (people decide); an answer"
                                        + " to the approval; `taskgraph approvals r` lists it",
                                "approval: the plan waits for approval r/2.1 (people decide); `taskgraph approve r/2.1`"
                                        + " or `taskgraph deny r/2.1 --reason=…` by 1 more person, not planner who asked")));
        run(
                Phase.EXECUTING,
                team -> team.patch(add("t"), add("u", "t")),
                "tasks: 2 tasks have not ended; it ends when they have ended; below is what holds them up");
        run(
                Phase.RECONCILING,
                "phase: the run is RECONCILING: it passes through (because); its next decision: nobody has"
                        + " to do anything");
        run(
                Phase.AWAIT_USER,
                team -> {
                    team.patch(add("t"));
                    team.direct(new PauseRun());
                },
                "phase: the run is AWAIT_USER: it waits for an operator (paused: because); `taskgraph resume r` lets it go"
                        + " on");
        run(
                Phase.SYNTHESIZING,
                "phase: the run is SYNTHESIZING: it passes through (because); its next decision: nobody"
                        + " has to do anything");
        run(
                Phase.COMPLETED,
                team -> {
                    team.patch(add("t"));
                    team.report("w", "t", 1, submitted(null));
                },
                "ended: it waits for nothing: it is COMPLETED (every task has ended); tasks: 1 done, 0 failed, 0"
                        + " cancelled; a planner's patch that adds tasks takes it up again");
        run(
                Phase.FAILED,
                team -> {
                    team.patch(add("t"));
                    team.direct(new CancelRun());
                },
                "ended: it waits for nothing: it is FAILED (cancelled); tasks: 0 done, 0 failed, 1 cancelled; ");
    }

    private interface Told {
        void to(Team team);
    }

    private static void task(Status status, Told told, String... reasons) {
        TASKS.put(status, new Scenario(team -> told(team, () -> told.to(team)), null, List.of(reasons)));
    }

    private static void run(Phase phase, Told told, String... reasons) {
        RUNS.put(phase, new Scenario(team -> told(team, () -> told.to(team)), null, List.of(reasons)));
    }

    /** A phase that a run passes through within one decision, so that no log ends in it. */
    private static void run(Phase phase, String... reasons) {
        RUNS.put(
                phase,
                new Scenario(
                        team -> {
                            RunView view = view(team);
                            RunHeader header = view.state().header();
                            view.state().header(header.with(header.standing().to(phase, "because", "", 1)));
                            return view;
                        },
                        null,
                        List.of(reasons)));
    }

    private static RunView told(Team team, Runnable what) {
        what.run();
        return view(team);
    }

    private static RunView inReview(Team team) {
        team.patch(add(Messages.risky(Risk.WRITE, Messages.spec("t"))));
        team.report("w", "t", 1, started());
        team.report("w", "t", 1, submitted("42"));
        return view(team);
    }

    /** What a follower of the team's log sees. */
    static RunView view(Team team) {
        RunView view = RunView.of(team.runId);
        team.log.forEach(decided -> view.accept(decided.decision()));
        return view;
    }

    @TestFactory
    Stream<DynamicTest> everyStatus() {
        return Arrays.stream(Status.values())
                .map(status -> DynamicTest.dynamicTest(status.name(), () -> {
                    // Given a task in that status
                    assertThat(TASKS).as("a scenario for each status").containsKey(status);
                    Scenario scenario = TASKS.get(status);
                    RunView view = scenario.view();
                    assertThat(view.state().graph().task("t").status()).isEqualTo(status);
                    // When it is asked about
                    Waiting waiting = Waits.of(view).task("t").orElseThrow();
                    // Then exactly this is told
                    assertThat(waiting.where()).isEqualTo(status.name());
                    assertThat(waiting.since().known()).isTrue();
                    assertThat(told(waiting)).isEqualTo(scenario.reasons());
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyPhase() {
        return Arrays.stream(Phase.values())
                .map(phase -> DynamicTest.dynamicTest(phase.name(), () -> {
                    assertThat(RUNS).as("a scenario for each phase").containsKey(phase);
                    Scenario scenario = RUNS.get(phase);
                    RunView view = scenario.view();
                    assertThat(view.state().phase()).isEqualTo(phase);
                    Waiting waiting = Waits.of(view).run();
                    assertThat(waiting.taskId()).isNull();
                    assertThat(waiting.where()).isEqualTo(phase.name());
                    assertThat(told(waiting)).isEqualTo(scenario.reasons());
                }));
    }

    private static List<String> told(Waiting waiting) {
        return waiting.reasons().stream()
                .map(reason -> reason.kind() + ": " + reason.what() + "; " + reason.frees())
                .toList();
    }

    static List<String> kinds(Waiting waiting) {
        return waiting.reasons().stream().map(Reason::kind).toList();
    }
}
