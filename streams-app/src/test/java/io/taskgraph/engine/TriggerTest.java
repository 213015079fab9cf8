package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.failed;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.engine.Situation.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever happens to a run reaches its loop when it matters: the list of docs/architecture/reconcile.md, line by line. */
class TriggerTest {
    /**
     * @param decided gives the decision by which the loop answers
     * @param facts kinds of facts that the answer has, in this order
     */
    private record Scenario(Supplier<Decision> decided, String... facts) {}

    private static final Map<String, Scenario> TRIGGERS = new LinkedHashMap<>();

    static {
        on("plan created", () -> team().patch(add("t")), "TaskAdded", "PhaseChanged", "PhaseChanged", "TaskDispatched");
        on("task dispatched", () -> Loop.about(team(), Trigger.NOT_TAKEN_UP, "escalate"), "LeaseRevoked", "Escalated");
        on(
                "task completed",
                () -> {
                    Team team = started();
                    return team.report("w", "t", 1, Messages.submitted("42"));
                },
                "TaskCompleted",
                "TaskDispatched");
        on(
                "task failed",
                () -> Loop.about(team(), Trigger.ATTEMPT_FAILED, "escalate"),
                "AttemptFailed",
                "Escalated",
                "TaskDeferred");
        on("dependency failed", TriggerTest::dependencyFailed, "TaskFailed", "TaskDeferred", "Escalated", "WatchBegun");
        on(
                "worker lost",
                () -> Loop.about(team(), Trigger.WORKER_LOST, "escalate"),
                "WorkerLost",
                "AttemptFailed",
                "Escalated");
        on("worker recovered", TriggerTest::recovered, "WorkerRecovered", "RunStabilized", "TaskDispatched");
        on(
                "worker restarted",
                () -> Loop.about(team(), Trigger.WORKER_RESTARTED, "escalate"),
                "AttemptFailed",
                "Escalated");
        on("control plane restarted", TriggerTest::loadedAgain, "WorkerLost", "AttemptFailed");
        on(
                "context wanted",
                () -> Loop.about(team(), Trigger.CONTEXT_WANTED, "escalate"),
                "PhaseChanged",
                "Escalated",
                "PassMade");
        on("approval decided", TriggerTest::approved, "ApprovalGranted", "TaskDispatched");
        on("timer", () -> Loop.about(team(), Trigger.OVERDUE, "escalate"), "PhaseChanged", "Escalated", "PassMade");
        on(
                "operator",
                () -> {
                    Team team = team();
                    Loop.about(team, Trigger.ATTEMPT_FAILED, "defer");
                    return team.direct(new RetryTask("t", false));
                },
                "TaskRequeued",
                "TaskDispatched");
    }

    private static void on(String trigger, Supplier<Decision> decided, String... facts) {
        TRIGGERS.put(trigger, new Scenario(decided, facts));
    }

    private static Team team() {
        return Loop.team("as-told", "");
    }

    private static Team started() {
        Team team = team();
        team.patch(add("t"), add("next", "t"));
        team.start("w", "t", 1);
        return team;
    }

    private static Decision dependencyFailed() {
        Team team = team();
        team.patch(add(mode(FailureMode.RECONCILABLE, Loop.told("ATTEMPT_FAILED:fail", spec("t")))), add("next", "t"));
        team.start("w", "t", 1);
        return team.report("w", "t", 1, failed("no disk", true));
    }

    private static Decision recovered() {
        Team team = Team.reconciling("max_workers: 2, max_retries: 9", "degraded: {lost: 2, percent: 50}");
        team.patch(add("a"), add("b"));
        team.start("v", "a", 1);
        team.start("w", "b", 1);
        team.now += 30_000;
        team.timer(Liveness.SILENT);
        assertThat(team.run.graph().inFlight()).isEqualTo(1);
        return team.beat("v", WorkerStatus.IDLE).orElseThrow();
    }

    private static Decision loadedAgain() {
        Team team = started();
        long due = team.run.nextDue();
        team.reload();
        assertThat(team.run.nextDue()).isLessThanOrEqualTo(due);
        team.now += 30_000;
        return team.timer(Liveness.SILENT).orElseThrow();
    }

    private static Decision approved() {
        Team team = Team.under(WhyTest.ASKS);
        team.patch(add("t"));
        return team.direct(new Approve(team.pending()));
    }

    @TestFactory
    Stream<DynamicTest> eachReachesTheLoop() {
        return TRIGGERS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(), () -> assertThat(e.getValue().decided.get().getFacts())
                                .map(RandomTeam::kindOf)
                                .containsSubsequence(e.getValue().facts)));
    }

    @Test
    void thePageListsThem() throws IOException {
        Path page = Path.of(System.getProperty("taskgraph.root"), "docs", "architecture", "reconcile.md");
        String text = Files.readString(page);
        String table =
                text.substring(text.indexOf("## What reaches the loop"), text.indexOf("## When a strategy is asked"));
        List<String> listed = new ArrayList<>();
        Matcher row = Pattern.compile("^\\| ([a-z ]+?) \\|", Pattern.MULTILINE).matcher(table);
        while (row.find()) {
            if (!row.group(1).equals("trigger")) {
                listed.add(row.group(1));
            }
        }
        assertThat(listed).containsExactlyElementsOf(TRIGGERS.keySet());
    }

    @Test
    void everyTriggerOfAStrategyIsExplained() throws IOException {
        Path page = Path.of(System.getProperty("taskgraph.root"), "docs", "architecture", "reconcile.md");
        String text = Files.readString(page);
        for (Trigger t : Trigger.values()) {
            assertThat(text).contains("| `" + t + "` |");
        }
    }

    @Test
    void contextWantedStopsTheClockAtOnce() {
        Team team = started();
        assertThat(team.report("w", "t", 1, new NeedsContext("which?")).getFacts())
                .map(RandomTeam::kindOf)
                .contains("ContextRequested");
        team.now += 1_000;
        assertThat(WorkingTime.worked(team.run, team.task("t"), team.now)).isZero();
    }
}
