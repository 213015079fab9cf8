package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.query.RunView;
import io.taskgraph.query.Since;
import io.taskgraph.query.why.Reason;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** In whatever state a run comes to be, everything that has not ended waits for something that can be named. */
class WhyProperties {
    /** The run, a task that waits for tasks, one that waits for a slot, one in flight. */
    private static final int DEEPEST = 4;

    private static final String BUDGETED = """
            name: test
            flags: {mutable_graph: true}
            caps: {max_workers: 3, max_tasks: 1000}
            budgets: {run: {tokens: 100}, task: {tokens: 60}}
            """;

    private static final String REPAIRS =
            "backoff: {first: 40s, factor: 2, most: 60s, jitter: 20}, review: {risks: [write]}";

    private record Entered(Status status, int attempt, long decision, long at) {}

    private final EngineProperties inputs = new EngineProperties();
    private final Random random = new Random(inputs.seed);
    private final Set<String> met = new TreeSet<>();

    @Test
    void whatHasNotEndedHasAReason() {
        for (int round = 0; round < 60; round++) {
            boolean repairs = round % 4 == 3;
            Team team =
                    switch (round % 4) {
                        case 0 -> Team.with(Team.workers(3));
                        case 1 -> Team.under(WhyTest.ASKS);
                        case 2 -> Team.under(BUDGETED);
                        default -> Team.reconciling("max_workers: 3, max_retries: 1", REPAIRS);
                    };
            team.patch(plan(repairs));
            RunView view = WhyTest.view(team);
            Map<String, Entered> entered = new HashMap<>();
            follow(team, entered);
            for (int step = 0; step < 60; step++) {
                String where = "seed " + inputs.seed + ", round " + round + ", step " + step;
                team.now += random.nextInt(20_000);
                team.step(input(team)).ifPresent(decided -> view.accept(decided.decision()));
                follow(team, entered);
                check(view, entered, where);
            }
        }
        assertThat(met)
                .as("the runs came by these, seed %s", inputs.seed)
                .contains(
                        "approval",
                        "back_off",
                        "budget",
                        "cap",
                        "deferred",
                        "dependencies",
                        "ended",
                        "offered",
                        "phase",
                        "review",
                        "running",
                        "tasks");
    }

    private List<Operation> plan(boolean repairs) {
        List<Operation> tasks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String[] deps = i > 3 && random.nextBoolean() ? new String[] {"t" + random.nextInt(i)} : new String[0];
            TaskSpec spec = Messages.spec("t" + i, deps);
            if (repairs && random.nextBoolean()) {
                Messages.risky(Risk.WRITE, Messages.mode(FailureMode.RECONCILABLE, spec));
            }
            tasks.add(Messages.add(spec));
        }
        return tasks;
    }

    private Input input(Team team) {
        List<Approval> pending = team.run.pendingApprovals();
        if (random.nextInt(6) == 0 && !team.run.leases().all().isEmpty()) {
            return spending(team);
        }
        boolean answers = !pending.isEmpty() && random.nextInt(3) == 0;
        if (!answers && random.nextInt(20) > 0) {
            return inputs.randomInput(team);
        }
        SpecificRecord kind = new RaiseBudget(null, new Budget(100L + random.nextInt(300), null, null));
        if (answers) {
            String id = pending.get(random.nextInt(pending.size())).id();
            kind = random.nextInt(4) == 0 ? new Deny(id) : new Approve(id);
        }
        return Input.directive(Messages.directive("r", team.nextMessageId(), "why", kind), Origin.NONE);
    }

    /** An attempt ends, having used up what it may, or more. */
    private Input spending(Team team) {
        Task t = team.task(team.run.leases().all().get(0));
        String worker = t.workerId() == null ? "w" : t.workerId();
        SpecificRecord kind = new Submitted("", new Amounts((long) random.nextInt(70), 0L, 0L));
        return Input.report(Messages.report("r", team.nextMessageId(), worker, t.id(), t.attempt(), kind), Origin.NONE);
    }

    /** The same that the view remembers, found by looking at every task after every decision. */
    private static void follow(Team team, Map<String, Entered> entered) {
        entered.keySet().removeIf(id -> team.task(id) == null);
        for (Task t : team.run.graph().tasks()) {
            Entered known = entered.get(t.id());
            if (known == null || known.status() != t.status() || known.attempt() != t.attempt()) {
                entered.put(
                        t.id(), new Entered(t.status(), t.attempt(), team.run.sequence(), team.run.lastDecidedAt()));
            }
        }
    }

    private void check(RunView view, Map<String, Entered> entered, String where) {
        Waits waits = Waits.of(view);
        walk(waits.run(), 0, where);
        boolean over = kinds(waits.run()).contains("ended");
        assertThat(over).as(where).isEqualTo(view.isOver());
        for (Task t : view.state().graph().tasks()) {
            Waiting waiting = waits.task(t.id()).orElseThrow();
            String at = where + ", task " + t.id() + " " + waiting;
            walk(waiting, 0, at);
            assertThat(kinds(waiting).contains("ended"))
                    .as(at)
                    .isEqualTo(t.status().isTerminal());
            assertThat(kinds(waiting))
                    .as("whoever waits for nothing is dispatched; " + at)
                    .doesNotContain("next_decision");
            Entered since = entered.get(t.id());
            assertThat(List.of(waiting.since().decision(), waiting.since().at()))
                    .as(at)
                    .isEqualTo(List.of(since.decision(), since.at()));
        }
    }

    private void walk(Waiting waiting, int depth, String where) {
        assertThat(depth).as("a chain ends; %s", where).isLessThan(DEEPEST);
        assertThat(waiting.reasons()).as(where).isNotEmpty();
        for (Reason reason : waiting.reasons()) {
            met.add(reason.kind());
            assertThat(reason.what()).as(where).isNotBlank();
            assertThat(reason.frees().isBlank()).as(where).isEqualTo(hopeless(reason));
            assertThat(reason.since()).as(where).isNotEqualTo(Since.UNKNOWN);
            assertThat(reason.through()).as(where).hasSizeLessThanOrEqualTo(Waits.SHOWN);
            reason.through().forEach(one -> walk(one, depth + 1, where));
        }
    }

    /** Nothing but a repair that others wait for brings back a task that has ended, and nothing a run that failed. */
    private static boolean hopeless(Reason reason) {
        return reason.kind().equals("ended")
                && !Boolean.TRUE.equals(reason.details().get("repairable"))
                && !"COMPLETED".equals(reason.details().get("phase"));
    }

    private static List<String> kinds(Waiting waiting) {
        return WhyTest.kinds(waiting);
    }
}
