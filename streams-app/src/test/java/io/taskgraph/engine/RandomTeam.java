package io.taskgraph.engine;

import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** Planners, agents and operators who say whatever comes to their mind, and a policy for them. */
final class RandomTeam {
    private static final String[] WORKERS = {"v", "w", "x"};
    private static final String[] OPERATORS = {"ann", "bob", "planner", ""};
    private static final String[] TOOLS = {"fs.read", "db.drop", "net.get"};
    private static final Risk[] RISKS = Risk.values();

    private final Random random;
    /** What was asked for lately: who acts mostly does what was asked. */
    private final List<Report> asked = new ArrayList<>();

    private String actor = "ann";

    RandomTeam(Random random) {
        this.random = random;
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private String some(String... of) {
        return one(of);
    }

    /** A policy under which everything happens soon. */
    String policy() {
        StringBuilder y =
                new StringBuilder("name: random\nflags: {mutable_graph: true, trace_replay: true, reconcile: ");
        y.append(some("true", "true", "false")).append("}\n");
        y.append("caps: {max_tasks: ")
                .append(some("5", "9"))
                .append(", max_workers: 3, max_retries: 1, max_compensating_tasks: 1, max_actions: ")
                .append(1 + random.nextInt(20))
                .append(", max_actions_per_minute: ")
                .append(3 + random.nextInt(5))
                .append(", max_identical_actions: ")
                .append(2 + random.nextInt(3))
                .append(", heartbeat_staleness: 30s, start_timeout: 40s, reconcile_cooldown: 5s")
                .append(", worker_timeout: ")
                .append(some("0s", "50s"))
                .append(", max_runtime: ")
                .append(some("0s", "4m"))
                .append("}\n");
        y.append("actions: {profile: ")
                .append(some("local-permissive", "strict", "managed"))
                .append("}\n");
        y.append("approvals: {approvers: ").append(1 + random.nextInt(2)).append(", expires_after: 90s, on_denial: ");
        y.append(some("defer", "fail")).append("}\n");
        if (random.nextInt(4) > 0) {
            y.append("budgets:\n  run: {tokens: 2000, cost: \"1.00\"")
                    .append(some("", ", time: 5m"))
                    .append("}\n  task: {tokens: 600, cost: \"0.40\", time: 1m}\n");
        }
        if (random.nextInt(3) > 0) {
            String[] guards = {"action_rate", "identical_actions", "budget_nearly_spent"};
            y.append("guards:\n");
            for (String g : guards) {
                y.append("  ").append(g).append(": {percent: ").append(50 + random.nextInt(51));
                y.append(", response: ").append(some("warn", "pause", "kill")).append("}\n");
            }
        }
        y.append("checkpoints: {at: [executing, await_user, completed, failed], keep: ")
                .append(some("1", "3"))
                .append("}\n");
        phases(y);
        rules(y);
        return y.toString();
    }

    private void phases(StringBuilder y) {
        y.append("phases:\n  transitions:\n");
        y.append(some("", "    planning: [await_approval, failed]\n", "    planning: [executing, failed]\n"));
        y.append(some("", "    await_approval: [executing, failed]\n"));
        String executing = some(
                "",
                "",
                "    executing: [synthesizing, failed, await_user]\n",
                "    executing: [synthesizing, failed, reconciling]\n",
                "    executing: [reconciling, failed, await_user]\n");
        y.append(executing);
        y.append(some("", "", "    reconciling: [synthesizing, failed, await_user]\n"));
        y.append(some("", "", "    await_user: [failed, idle]\n"));
        y.append("    completed: [").append(some("idle", "")).append("]\n");
        if (random.nextInt(4) == 0) {
            y.append("  routes:\n    - {id: some-failed, from: executing, when: plan.failed > 1, to: ");
            y.append(executing.isEmpty() || executing.contains("await_user") ? some("failed", "await_user") : "failed");
            y.append(", reason: no}\n");
        }
    }

    private void rules(StringBuilder y) {
        if (random.nextInt(3) == 0) {
            return;
        }
        y.append("rules:\n");
        y.append("  - {id: urgent, on: [dispatch], when: task.priority == 1, effect: await, reason: look}\n");
        y.append("  - {id: never, on: [dispatch], when: task.priority == 2, effect: deny, reason: no}\n");
        y.append("  - {id: broken, on: [action], when: 1 / counts.dispatches > 5, effect: deny, reason: no,");
        y.append(" enforcement: ").append(some("enforce", "audit")).append("}\n");
        y.append("  - {id: tried, on: [dispatch, action, plan], when: \"true\", effect: deny, reason: no,");
        y.append(" enforcement: warn}\n");
        if (random.nextInt(2) == 0) {
            y.append("  - {id: large, on: [patch], when: patch.operations > 3, effect: deny, reason: too large}\n");
        }
        if (random.nextInt(3) == 0) {
            y.append("  - {id: plan, on: [plan], when: plan.tasks > 2, effect: await, reason: look}\n");
        }
    }

    private String id() {
        return "t" + random.nextInt(9);
    }

    private List<Operation> patch() {
        List<Operation> patch = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            patch.add(
                    switch (random.nextInt(8)) {
                        case 0, 1, 2, 3 -> Messages.add(spec());
                        case 4 -> Messages.depend(id(), id());
                        case 5 -> Messages.remove(id());
                        case 6 -> Messages.title(id(), "title " + random.nextInt(3));
                        default ->
                            Messages.set(id(), one(new TaskStatus[] {
                                TaskStatus.PENDING, TaskStatus.DEFERRED, TaskStatus.DONE, TaskStatus.CANCELLED
                            }));
                    });
        }
        return patch;
    }

    private TaskSpec spec() {
        TaskSpec s = Messages.urgent(random.nextInt(3), Messages.risky(one(RISKS), Messages.spec(id())));
        if (random.nextInt(8) == 0) {
            s.setCompensates(id());
        }
        if (random.nextInt(4) == 0) {
            s.setBudget(Messages.budget((long) random.nextInt(3_000), null, null));
        }
        return s;
    }

    Input input(Team team) {
        int dice = random.nextInt(20);
        String m = random.nextInt(12) == 0 ? "m" + (1 + random.nextInt(5)) : team.nextMessageId();
        if (dice < 4) {
            return Input.mutation(Messages.mutation("r", m, patch()), Origin.NONE);
        }
        if (dice < 14) {
            return Input.report(report(team, m), Origin.NONE);
        }
        if (dice < 17) {
            Directive d = Messages.directive("r", m, random.nextInt(6) == 0 ? "" : "why", directive(team));
            // The same person often goes on: who approves twice counts once.
            actor = random.nextBoolean() ? actor : one(OPERATORS);
            d.setActor(actor);
            return Input.directive(d, Origin.NONE);
        }
        if (dice == 17) {
            Task t = leased(team);
            String worker = t == null || t.workerId() == null ? one(WORKERS) : t.workerId();
            return new Input.OfHeartbeat(
                    Messages.heartbeat("r", worker, t == null ? id() : t.id(), t == null ? 1 : t.attempt(), amounts()),
                    Origin.NONE);
        }
        long heard = team.now - random.nextInt(60_000);
        return new Input.OfTimer("r", team.now, w -> w.equals("x") ? 0 : heard, 0, -1);
    }

    private Amounts amounts() {
        long odd = random.nextInt(20) == 0 ? one(new Long[] {-1L, Long.MIN_VALUE, Long.MAX_VALUE}) : 0;
        return new Amounts(odd + random.nextInt(700), (long) random.nextInt(450_000), (long) random.nextInt(20_000));
    }

    private Task leased(Team team) {
        List<String> leases = team.run.leases().all();
        return leases.isEmpty() ? null : team.task(leases.get(random.nextInt(leases.size())));
    }

    private Report report(Team team, String m) {
        if (!asked.isEmpty() && random.nextInt(4) == 0) {
            Report r = asked.get(Math.max(0, asked.size() - 1 - random.nextInt(6)));
            ActionWanted w = r.getActionWanted();
            Risk risk = random.nextInt(8) == 0 ? one(RISKS) : w.getRisk();
            return Messages.report(
                    "r",
                    m,
                    random.nextInt(10) == 0 ? one(WORKERS) : r.getWorkerId(),
                    r.getTaskId(),
                    r.getAttempt(),
                    Messages.did(
                            random.nextInt(10) == 0 ? "m3" : r.getMessageId(),
                            w.getTool(),
                            risk,
                            random.nextInt(10) == 0 ? "other" : "args"));
        }
        Task t = leased(team);
        if (t == null || random.nextInt(8) == 0) {
            t = team.task(id());
        }
        int attempt = t == null || random.nextInt(10) == 0 ? random.nextInt(3) : t.attempt();
        String holder = t == null || t.workerId() == null ? one(WORKERS) : t.workerId();
        String worker = random.nextInt(6) == 0 ? one(WORKERS) : holder;
        SpecificRecord kind =
                switch (random.nextInt(12)) {
                    case 0, 1 -> Messages.started();
                    case 2 -> new io.taskgraph.avro.Submitted("result", random.nextInt(2) == 0 ? null : amounts());
                    case 3 ->
                        new io.taskgraph.avro.AttemptError(
                                "error", random.nextInt(4) > 0, random.nextInt(2) == 0 ? null : amounts(), null);
                    case 4 -> Messages.released("stopping");
                    case 5, 6 -> new io.taskgraph.avro.UsageSoFar(amounts());
                    default -> Messages.wants(one(TOOLS), one(RISKS), "args");
                };
        Report r = Messages.report("r", m, worker, t == null ? id() : t.id(), attempt, kind);
        if (kind instanceof ActionWanted) {
            asked.add(r);
        }
        return r;
    }

    private SpecificRecord directive(Team team) {
        List<Approval> pending = team.run.pendingApprovals();
        String approval = pending.isEmpty() || random.nextInt(8) == 0
                ? "1.1"
                : pending.get(random.nextInt(pending.size())).id();
        return switch (random.nextInt(12)) {
            case 0 -> new PauseRun();
            case 1, 2, 3 -> new ResumeRun();
            case 4 -> new CancelTask(id());
            case 5 -> new Deny(approval);
            case 6 -> new RaiseBudget(random.nextInt(2) == 0 ? null : id(), Messages.budget(more(team), null, null));
            case 7 -> new SetCap("max_runtime", "1h");
            case 8 ->
                new SetCap("max_actions", Long.toString(team.run.policy().caps().maxActions() + 3));
            default -> new Approve(approval);
        };
    }

    private long more(Team team) {
        Long tokens = team.run.ledger().limit().tokens();
        return (tokens == null ? 0 : tokens) + random.nextInt(500);
    }

    /** Whether a fact is of a kind, for counting what came to pass. */
    static String kindOf(Fact f) {
        return Facts.kind(f).getSchema().getName();
    }
}
