package io.taskgraph.query.why;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.engine.Approval;
import io.taskgraph.engine.ContextWait;
import io.taskgraph.engine.Prospects;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.query.History;
import io.taskgraph.query.Since;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a task waits for, or how it ended. */
final class TaskReasons {
    private final Run run;
    private final History history;
    private final RunReasons whole;
    /** By task; of a task that is gone, none. */
    private final Map<String, List<Approval>> approvals = new HashMap<>();

    private final int tasksAsked;
    private List<Waiting> inFlight;

    TaskReasons(Run run, History history, RunReasons whole) {
        this.run = run;
        this.history = history;
        this.whole = whole;
        int asked = 0;
        for (Approval a : run.pendingApprovals()) {
            if (a.taskId() != null) {
                approvals.computeIfAbsent(a.taskId(), id -> new ArrayList<>()).add(a);
                asked += a.kind() == ApprovalKind.TASK ? 1 : 0;
            }
        }
        this.tasksAsked = asked;
    }

    Waiting waiting(Task t) {
        return new Waiting(t.id(), t.status().name(), since(t), reasons(t));
    }

    private Since since(Task t) {
        return history.of(t).or(Since.at(t.leasedAt()));
    }

    private List<Reason> reasons(Task t) {
        return switch (t.status()) {
            case PENDING -> with(dependencies(t), backOff(t), whole.holds(this));
            case READY -> ready(t);
            case AWAITING_APPROVAL -> with(asked(t), whole.holds(this));
            case DISPATCHED -> with(List.of(offered(t)), whole.quarantine());
            case RUNNING -> with(List.of(working(t)), context(t), asked(t), whole.quarantine());
            case SUBMITTED ->
                with(
                        List.of(new InReview(run.runId(), t.id(), t.attempt(), t.workerId(), since(t))),
                        asked(t),
                        whole.quarantine());
            case DEFERRED ->
                with(
                        List.of(new SetAside(run.runId(), t.id(), outcome(t), by(t), repairs(), looks(t), since(t))),
                        context(t),
                        whole.holds(this));
            case DONE, FAILED, CANCELLED ->
                List.of(new Ended(
                        run.runId(),
                        t.id(),
                        t.status(),
                        outcome(t),
                        by(t),
                        t.workerId(),
                        t.attempt(),
                        t.archived(),
                        repairable(t),
                        since(t)));
        };
    }

    private List<AwaitsContext> context(Task t) {
        ContextWait w = run.contextWanted(t.id());
        return w == null
                ? List.of()
                : List.of(new AwaitsContext(
                        run.runId(),
                        t.id(),
                        w.isOfControlPlane() ? "" : w.worker(),
                        w.open(),
                        looks(t),
                        Since.at(w.since())));
    }

    /** When the strategy is asked about it again, as far as nothing happens before: a pass may have to wait for the cooldown. */
    private List<Limit> looks(Task t) {
        long at = Prospects.nextLook(run, t.id());
        if (at == Long.MAX_VALUE || run.quarantine() != null) {
            return List.of();
        }
        long from = Prospects.passesFrom(run);
        String then = "the run's strategy is asked about it again";
        if (from <= at) {
            return List.of(new Limit("reconcile.every", at, then));
        }
        long cooldown = run.policy().caps().reconcileCooldownMillis();
        Exceeded held = new Exceeded(Cap.RECONCILE_COOLDOWN, cooldown, Math.max(0, at - (from - cooldown)));
        return List.of(new Limit(Cap.RECONCILE_COOLDOWN.key(), from, then, Optional.of(held)));
    }

    private boolean repairs() {
        return run.policy().on(Flag.RECONCILE);
    }

    /** Whether others wait until the task, which has failed, is repaired. */
    private boolean repairable(Task t) {
        return repairs() && t.status() == Status.FAILED && !t.satisfiesDependents() && !t.blocksDependentsForGood();
    }

    @SafeVarargs
    private static List<Reason> with(List<? extends Reason> first, List<? extends Reason>... more) {
        List<Reason> all = new ArrayList<>(first);
        for (List<? extends Reason> some : more) {
            all.addAll(some);
        }
        return all;
    }

    /** The cap that ended it, or set it aside. */
    private Optional<Exceeded> by(Task t) {
        return Exceeded.of(history.capOf(t));
    }

    private static String outcome(Task t) {
        return t.outcome() == null ? "" : t.outcome();
    }

    private List<BackingOff> backOff(Task t) {
        return t.notBefore() == 0
                ? List.of()
                : List.of(new BackingOff(run.runId(), t.id(), t.failures(), t.notBefore(), since(t)));
    }

    private List<OnTasks> dependencies(Task t) {
        TaskGraph graph = run.graph();
        if (graph.unmet(t.id()) == 0) {
            return List.of();
        }
        List<String> unmet = t.dependsOn().stream()
                .filter(id -> !graph.task(id).satisfiesDependents())
                .toList();
        Roots roots = Roots.of(graph, t);
        return List.of(new OnTasks(
                run.runId(),
                t.id(),
                unmet.subList(0, Math.min(Waits.SHOWN, unmet.size())),
                unmet.size(),
                named(roots.tasks()),
                counts(roots.tasks()),
                roots.between(),
                List.of(),
                since(t)));
    }

    /** In the order in which the engine asks before a dispatch. */
    private List<Reason> ready(Task t) {
        List<Reason> holds = whole.holds(this);
        if (!holds.isEmpty()) {
            return holds;
        }
        TaskGraph graph = run.graph();
        int slots = Prospects.slots(run);
        if (graph.inFlight() >= slots) {
            int ahead = graph.ready().indexOf(t);
            return List.of(new NoSlot(
                    run.runId(),
                    run.policy().caps().maxWorkers(),
                    slots,
                    run.slowdown() == null ? 0 : run.slowdown().until(),
                    graph.inFlight(),
                    ahead,
                    inFlight(),
                    since(t)));
        }
        Task next = graph.nextReady();
        BudgetExhausted tooLittle = Prospects.budgetShortOf(run, next.id());
        if (tooLittle != null) {
            return List.of(OnBudget.of(run.runId(), next.id(), tooLittle, inFlight(), since(t)));
        }
        return List.of(new Due(run.runId(), tasksAsked, since(t)));
    }

    private List<OnApproval> asked(Task t) {
        return approvals.getOrDefault(t.id(), List.of()).stream()
                .limit(Waits.SHOWN)
                .map(approval -> new OnApproval(run.runId(), approval.counting(run.policy())))
                .toList();
    }

    private Offered offered(Task t) {
        long until = t.leasedAt() + Prospects.startLimit(run, t.id());
        Limit limit = new Limit(Cap.START_TIMEOUT.key(), until, "it is taken back, and offered again");
        List<String> toolpacks = run.grantsOf(t).stream()
                .map(g -> g.getName() + "@" + g.getVersion())
                .toList();
        List<String> refused = run.refusedWorkersOf(t);
        return new Offered(
                run.runId(),
                t.id(),
                t.attempt(),
                t.agentType(),
                toolpacks,
                refused.subList(0, Math.min(Waits.SHOWN, refused.size())),
                dated(List.of(limit)),
                since(t));
    }

    private Working working(Task t) {
        List<Limit> limits = new ArrayList<>();
        if (!Prospects.waitsForApproval(run, t)) {
            long end = Prospects.endLimit(run, t.id());
            if (end > 0) {
                long until = Prospects.workingSince(run, t) + end;
                limits.add(new Limit(Cap.WORKER_TIMEOUT.key(), until, "the attempt fails"));
            }
            Long time = run.boundsOfAttempt(t.id()).millis();
            if (time != null) {
                limits.add(new Limit(
                        "budget of time", t.leasedAt() + time + 1, "its lease is taken, and the run asks an operator"));
            }
        }
        limits.sort(Comparator.comparingLong(Limit::at));
        return new Working(
                run.runId(), t.id(), t.attempt(), t.workerId(), run.heartbeatLimit(t.id()), dated(limits), since(t));
    }

    /** In quarantine nothing follows from a date. */
    private List<Limit> dated(List<Limit> limits) {
        return run.quarantine() == null ? limits : List.of();
    }

    /** The tasks in flight, longest first, at most so many as are shown. O(n log n) the first time. */
    List<Waiting> inFlight() {
        if (inFlight == null) {
            inFlight = run.graph().inFlight() == 0
                    ? List.of()
                    : run.graph().tasks().stream()
                            .filter(t -> t.status().isInFlight())
                            .sorted(Comparator.comparingLong(Task::leasedAt).thenComparingLong(Task::ordinal))
                            .limit(Waits.SHOWN)
                            .map(this::waiting)
                            .toList();
        }
        return inFlight;
    }

    /** The most telling of these tasks, none of which waits for tasks, with their reasons. */
    List<Waiting> named(List<Task> roots) {
        return roots.stream()
                .sorted(Comparator.comparingInt(this::rank).thenComparingLong(Task::ordinal))
                .limit(Waits.SHOWN)
                .map(this::waiting)
                .toList();
    }

    static Map<Status, Integer> counts(List<Task> tasks) {
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        tasks.forEach(t -> counts.merge(t.status(), 1, Integer::sum));
        return counts;
    }

    /** What nothing but a person moves comes first; what will come by itself, last. */
    private int rank(Task t) {
        return switch (t.status()) {
            case FAILED, CANCELLED -> 0;
            case AWAITING_APPROVAL -> 1;
            case DEFERRED -> 2;
            case SUBMITTED -> 3;
            case RUNNING -> approvals.containsKey(t.id()) ? 1 : 4;
            case DISPATCHED -> 5;
            case READY, PENDING, DONE -> 6;
        };
    }
}
