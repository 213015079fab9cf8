package io.taskgraph.query.why;

import io.taskgraph.avro.BudgetExhausted;
import io.taskgraph.engine.GateHold;
import io.taskgraph.engine.Prospects;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.Standing;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.query.History;
import java.util.ArrayList;
import java.util.List;

/** What a run as a whole waits for, and by that what all of its tasks wait for that are not in flight. */
final class RunReasons {
    private final Run run;
    private final History history;

    RunReasons(Run run, History history) {
        this.run = run;
        this.history = history;
    }

    /** Everything the run waits for, or how it ended: at least one. */
    List<Reason> all(TaskReasons tasks) {
        List<Reason> reasons = new ArrayList<>(quarantine());
        reasons.addAll(
                switch (run.phase()) {
                    case EXECUTING -> executing(tasks);
                    case COMPLETED, FAILED -> List.of(ended());
                    case AWAIT_USER -> with(phase(tasks), approvals());
                    case IDLE, PLANNING, AWAIT_APPROVAL, RECONCILING, SYNTHESIZING, UNKNOWN -> phase(tasks);
                });
        return reasons;
    }

    /** What keeps the run from dispatching anything; nothing, if it executes. */
    List<Reason> holds(TaskReasons tasks) {
        return with(quarantine(), phase(tasks));
    }

    List<Reason> quarantine() {
        return run.quarantine() == null
                ? List.of()
                : List.of(new Quarantined(run.runId(), run.quarantine(), history.quarantine()));
    }

    private List<Reason> phase(TaskReasons tasks) {
        return switch (run.phase()) {
            case EXECUTING -> List.of();
            case IDLE -> List.of(in(idle()));
            case PLANNING, RECONCILING -> List.of(in(Hold.PASSING));
            case SYNTHESIZING -> List.of(synthesizing());
            case AWAIT_APPROVAL -> with(List.of(in(Hold.PLAN_APPROVAL)), approvals());
            case AWAIT_USER -> awaitUser(tasks);
            case COMPLETED, FAILED -> List.of(in(Hold.OVER));
            case UNKNOWN -> List.of(in(Hold.UNREADABLE));
        };
    }

    private InPhase in(Hold hold) {
        return new InPhase(run.runId(), run.phase(), hold, run.standing().reason(), history.phase());
    }

    private InPhase synthesizing() {
        List<String> missing = GateHold.missing(run);
        return missing.isEmpty()
                ? in(Hold.PASSING)
                : new InPhase(
                        run.runId(),
                        run.phase(),
                        Hold.GATES,
                        "missing: " + String.join(", ", missing),
                        history.phase());
    }

    private Hold idle() {
        if (!run.isWhole()) {
            return Hold.INCOMPLETE;
        }
        return run.graph().size() == 0 ? Hold.NO_TASKS : Prospects.planRefused(run) ? Hold.PLAN_REFUSED : Hold.PASSING;
    }

    private List<Reason> executing(TaskReasons tasks) {
        TaskGraph graph = run.graph();
        if (graph.size() == 0) {
            return List.of(in(Hold.NO_TASKS));
        }
        if (graph.unfinished() == 0) {
            return List.of(new Due(run.runId(), 0, history.phase()));
        }
        Roots roots = Roots.of(run);
        return List.of(new OnTasks(
                run.runId(),
                null,
                List.of(),
                graph.unfinished(),
                tasks.named(roots.tasks()),
                TaskReasons.counts(roots.tasks()),
                roots.between(),
                runtime(),
                history.phase()));
    }

    private List<Limit> runtime() {
        long limit = run.policy().caps().maxRuntimeMillis();
        return limit == 0 || run.quarantine() != null
                ? List.of()
                : List.of(new Limit(
                        Cap.MAX_RUNTIME.key(),
                        run.standing().startedAt() + limit,
                        "the run stops, and its leases are taken"));
    }

    private List<OnApproval> approvals() {
        return run.pendingApprovals().stream()
                .limit(Waits.SHOWN)
                .map(approval -> new OnApproval(run.runId(), approval.counting(run.policy())))
                .toList();
    }

    private static List<Reason> with(List<? extends Reason> first, List<? extends Reason> second) {
        List<Reason> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private List<Reason> awaitUser(TaskReasons tasks) {
        return switch (run.standing().waitsFor()) {
            case Standing.BUDGET -> awaitBudget(tasks);
            case Standing.CAP ->
                List.of(
                        in(Hold.CAP),
                        new OutOfTime(
                                run.runId(),
                                run.policy().caps().maxRuntimeMillis(),
                                run.standing().startedAt(),
                                history.phase()));
            default -> List.of(in(Hold.OPERATOR));
        };
    }

    private List<Reason> awaitBudget(TaskReasons tasks) {
        List<Reason> reasons = new ArrayList<>();
        reasons.add(in(Hold.BUDGET));
        List<Waiting> inFlight = tasks.inFlight();
        for (BudgetExhausted over : Prospects.overdrawn(run)) {
            reasons.add(OnBudget.of(run.runId(), null, over, inFlight, history.phase()));
        }
        Task next = run.graph().nextReady();
        BudgetExhausted tooLittle = next == null ? null : Prospects.budgetShortOf(run, next.id());
        if (tooLittle != null && reasons.size() == 1) {
            reasons.add(OnBudget.of(run.runId(), next.id(), tooLittle, inFlight, history.phase()));
        }
        return reasons;
    }

    private RunEnded ended() {
        TaskGraph graph = run.graph();
        return new RunEnded(
                run.phase(),
                run.standing().reason(),
                graph.count(Status.DONE),
                graph.count(Status.FAILED),
                graph.count(Status.CANCELLED),
                history.phase());
    }
}
