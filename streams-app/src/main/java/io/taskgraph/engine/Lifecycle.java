package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunCancelled;
import io.taskgraph.avro.SlowdownEnded;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskGraph;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Route;
import io.taskgraph.policy.decision.Verdict;
import java.util.Optional;

/** What follows from the state itself, after any input: the run starts, dispatches up to its cap, ends. Level-triggered. */
final class Lifecycle {
    private Lifecycle() {}

    static void proceed(Deliberation d) {
        Run run = d.run();
        if (!run.exists() || run.quarantine() != null) {
            return;
        }
        Budgets.watch(d);
        Approvals.overtaken(d);
        advance(d);
        // A run that was stopped just now has ended attempts that waited.
        Approvals.overtaken(d);
    }

    private static void advance(Deliberation d) {
        Run run = d.run();
        TaskGraph graph = run.graph();
        if (!run.isWhole()) {
            return;
        }
        if (run.phase() == Phase.COMPLETED && graph.unfinished() > 0) {
            go(d, Phase.IDLE, "the plan has grown");
        }
        // Also when every task came in resolved: such a run goes through to its end in this same decision.
        if (run.phase() == Phase.IDLE && graph.size() > 0 && run.header().planRefusedAt() != d.graphVersion()) {
            plan(d);
        }
        GateHold.complete(d);
        if (run.phase() != Phase.EXECUTING) {
            return;
        }
        if (Ending.isReached(run)) {
            finish(d);
            return;
        }
        CapReached over = overRuntime(d);
        if (over != null) {
            stopAt(d, over);
            return;
        }
        Silence.stabilize(d);
        endSlowdown(d);
        Dispatching.dispatch(d);
        if (run.phase() == Phase.EXECUTING && Ending.isReached(run)) {
            finish(d);
        }
    }

    private static void endSlowdown(Deliberation d) {
        Slowdown slow = d.run().slowdown();
        if (slow != null && slow.until() <= d.now()) {
            d.emit(new SlowdownEnded("its time is over"));
        }
    }

    /** A plan that the policy allows is executed; one that it wants approved waits; one that it denies ends the run. */
    private static void plan(Deliberation d) {
        go(d, Phase.PLANNING, PLANS);
        boolean routed = d.policy().routes(io.taskgraph.policy.contract.Phase.PLANNING);
        if (!routed && !d.policy().asks(Asked.PLAN)) {
            accepted(d, "the plan is accepted");
            return;
        }
        Question q = Questions.plan(d.run(), d.actor(), d.now());
        Judgement j = d.policy().judge(q);
        d.record(Asked.PLAN, null, j);
        if (j.verdict() == Verdict.DENY) {
            fail(d, "the policy denies the plan: " + j.reason());
            return;
        }
        if (j.verdict() == Verdict.AWAIT_APPROVAL) {
            awaitApproval(d, j.rule(), j.reason());
            return;
        }
        Optional<Route> route = d.policy().route(io.taskgraph.policy.contract.Phase.PLANNING, q);
        route.ifPresent(r -> d.ruledBy(r.rule()));
        Phase to = route.map(r -> Questions.phase(r.to())).orElse(Phase.EXECUTING);
        if (to == Phase.AWAIT_APPROVAL) {
            awaitApproval(d, route.get().rule(), route.get().reason());
        } else if (to == Phase.FAILED) {
            fail(d, route.get().reason());
        } else {
            accepted(d, route.map(Route::reason).orElse("the plan is accepted"));
        }
    }

    /** Nothing is wrong with the plan. Where the document lets no plan be executed without approval, it takes one yet. */
    private static void accepted(Deliberation d, String why) {
        if (allowed(d, Phase.EXECUTING)) {
            go(d, Phase.EXECUTING, why);
        } else {
            awaitApproval(d, "", "the policy lets no plan be executed without approval");
        }
    }

    private static void awaitApproval(Deliberation d, String rule, String reason) {
        if (!allowed(d, Phase.AWAIT_APPROVAL) || !allowed(d, Phase.AWAIT_APPROVAL, Phase.EXECUTING)) {
            fail(d, "the plan needs approval, which the policy does not wait for: " + reason);
            return;
        }
        go(d, Phase.AWAIT_APPROVAL, reason);
        ApprovalRequested wanted = Approvals.draft(ApprovalKind.PLAN, d.planner(), rule, reason);
        wanted.setRisk(Vocabulary.risk(highestRisk(d.run().graph())));
        Approvals.request(d, wanted);
    }

    private static io.taskgraph.graph.Risk highestRisk(TaskGraph graph) {
        io.taskgraph.graph.Risk highest = io.taskgraph.graph.Risk.READ;
        for (Task t : graph.tasks()) {
            io.taskgraph.graph.Risk r = t.spec().risk();
            if (r == io.taskgraph.graph.Risk.UNKNOWN) {
                return io.taskgraph.graph.Risk.DESTRUCTIVE;
            }
            highest = !t.status().isTerminal() && r.compareTo(highest) > 0 ? r : highest;
        }
        return highest;
    }

    /** A plan that was not approved, or is no more as it was: the run waits for it to change. */
    static void planAgain(Deliberation d, String why) {
        if (allowed(d, Phase.IDLE)) {
            go(d, Phase.IDLE, why);
        } else {
            fail(d, why);
        }
    }

    private static void finish(Deliberation d) {
        Run run = d.run();
        Ending end = Ending.of(d.policy(), () -> Questions.plan(run, d.actor(), d.now()), Ending.isLookedAt(run));
        d.ruledBy(end.rule());
        if (end.to() == Phase.AWAIT_USER) {
            pause(d, end.reason(), Standing.OPERATOR);
            return;
        }
        go(d, end.to(), end.reason());
        if (end.to() == Phase.RECONCILING) {
            go(d, Phase.SYNTHESIZING, Ending.USUAL);
        }
        GateHold.complete(d);
    }

    /** Why a run plans that has something to plan; one that is only ended passes through for another reason. */
    static final String PLANS = "there are tasks";

    /** Why a run executes that an operator let go on: what had sent it to the operator does not do so again at once. */
    static final String RESUMED = "resumed";

    /** What the run has exceeded of {@code max_runtime}, or null. */
    static CapReached overRuntime(Deliberation d) {
        long limit = d.caps().maxRuntimeMillis();
        long ran = d.now() - d.run().header().standing().startedAt();
        return limit > 0 && ran >= limit ? Reached.byRun(d, Cap.MAX_RUNTIME, ran) : null;
    }

    private static void stopAt(Deliberation d, CapReached cap) {
        d.emit(cap);
        for (String id : d.run().leases().all()) {
            Task t = d.run().graph().task(id);
            d.emit(new LeaseRevoked(
                    t.id(), t.attempt(), Workers.orNone(t.workerId()), "the run reached max_runtime", null));
        }
        pause(d, "the run reached max_runtime", Standing.CAP);
    }

    /**
     * Has an operator look at the run; where the policy knows no such phase, the run fails. A run that does not execute
     * stays where it is.
     */
    static void pause(Deliberation d, String why, String waitsFor) {
        Phase from = d.run().phase();
        if (from != Phase.EXECUTING && from != Phase.RECONCILING) {
            return;
        }
        if (allowed(d, Phase.AWAIT_USER)) {
            d.emit(new PhaseChanged(from, Phase.AWAIT_USER, Texts.cut(why, Texts.LONG_TEXT), waitsFor));
        } else {
            fail(d, why);
        }
    }

    /** Ends the run: every live task is cancelled. A run that has ended stays as it ended. */
    static void fail(Deliberation d, String why) {
        if (hasEnded(d.run())) {
            return;
        }
        String reason = Texts.cut(why, Texts.LONG_TEXT);
        for (String id : d.run().leases().all()) {
            Task t = d.run().graph().task(id);
            d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), reason, null));
        }
        if (d.run().graph().unfinished() > 0) {
            d.emit(new RunCancelled(reason, d.run().graph().unfinished()));
        }
        if (d.run().phase() == Phase.IDLE) {
            go(d, Phase.PLANNING, reason);
        }
        go(d, Phase.FAILED, reason);
    }

    static boolean hasEnded(Run run) {
        return run.phase() == Phase.COMPLETED || run.phase() == Phase.FAILED;
    }

    static boolean allowed(Deliberation d, Phase to) {
        return allowed(d, d.run().phase(), to);
    }

    static boolean allowed(Deliberation d, Phase from, Phase to) {
        return d.policy().allows(Questions.phase(from), Questions.phase(to));
    }

    /**
     * Goes to another phase.
     *
     * @throws IllegalStateException if the policy has no such transition: a bug of the engine
     */
    static void go(Deliberation d, Phase to, String why) {
        Phase from = d.run().phase();
        if (!allowed(d, to)) {
            throw new IllegalStateException("no policy lets a run go from " + from + " to " + to);
        }
        d.emit(new PhaseChanged(from, to, why, ""));
    }

    static Rejection illegal(Phase from, Phase to, String why) {
        return Refusal.of(RejectionCode.ILLEGAL_TRANSITION, "the run is " + from + ": " + why)
                .with("from", from.name())
                .with("to", to.name())
                .build();
    }
}
