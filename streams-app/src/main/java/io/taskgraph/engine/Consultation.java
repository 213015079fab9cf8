package io.taskgraph.engine;

import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Flag;
import java.util.List;
import java.util.Optional;

/**
 * Asks the policy's strategy what to do about a task, and does what it proposes where that is allowed. What it cannot say, or
 * must not, is recorded, and an operator is called.
 */
final class Consultation {
    private final Deliberation d;
    private final Situation situation;
    private final Calls calls;
    private final String strategy;
    private List<Proposal> proposals = List.of();
    private String nonsense;
    private boolean settled;
    private boolean spent;
    private boolean spentTold;

    /**
     * About that task, as it stands.
     *
     * @param calls gathers the calls for an operator
     */
    Consultation(Deliberation d, Calls calls, Trigger trigger, long periods, Task t, String error, boolean retryable) {
        this.d = d;
        this.calls = calls;
        this.strategy = d.policy().reconcile().strategy();
        this.situation = situation(d, trigger, periods, t, error, retryable);
    }

    private static Situation situation(
            Deliberation d, Trigger trigger, long periods, Task t, String error, boolean retryable) {
        Run run = d.run();
        return new Situation(
                trigger,
                periods,
                new Situation.OfRun(
                        run.runId(),
                        run.graph().unfinished(),
                        run.graph().inFlight(),
                        Dispatching.slots(run),
                        run.degradation() != null,
                        run.slowdown() != null,
                        d.policy().on(Flag.PRIORITY_MAILBOX),
                        d.caps().maxCompensatingTasks()
                                - run.tables().compensations.size()),
                new Situation.OfTask(
                        t.id(),
                        t.status(),
                        Questions.risk(t.spec().risk()),
                        t.agentType(),
                        t.spec().failureMode(),
                        t.attempt(),
                        t.failures(),
                        run.graph().dependents(t.id()).size()),
                error,
                retryable,
                d.caps().maxRetries(),
                d.policy().reconcile());
    }

    Situation situation() {
        return situation;
    }

    Calls calls() {
        return calls;
    }

    /** Asks, and changes nothing yet. */
    Consultation ask() {
        Optional<Strategy> found = Strategies.named(strategy);
        if (found.isEmpty()) {
            nonsense = "there is no strategy of that name on this control plane";
            return this;
        }
        try {
            proposals = found.get().propose(situation);
        } catch (RuntimeException | StackOverflowError e) {
            nonsense = "it threw " + e;
            return this;
        }
        if (proposals == null || proposals.isEmpty() || proposals.size() > Strategy.MOST) {
            nonsense = "it proposed "
                    + (proposals == null || proposals.isEmpty() ? "nothing" : proposals.size() + " things at once");
        } else {
            spent = situation.trigger().isFailure()
                    && !situation.attemptsLeft()
                    && isOtherwiseWithAttemptsLeft(found.get());
        }
        return this;
    }

    /** That the cap ends it, and not what the agent said, shows in that it would be otherwise without the cap. */
    private boolean isOtherwiseWithAttemptsLeft(Strategy s) {
        try {
            return !proposals.equals(s.propose(situation.withAttemptsLeft()));
        } catch (RuntimeException | StackOverflowError e) {
            // What it proposes as things are holds all the same.
            return true;
        }
    }

    /** Whether it is content with how things are. */
    boolean isNoop() {
        return nonsense == null && proposals.stream().allMatch(Proposal.Noop.class::isInstance);
    }

    /** Whether it does nothing but call an operator. */
    boolean onlyCalls() {
        return nonsense == null
                && proposals.stream().allMatch(p -> p instanceof Proposal.Noop || p instanceof Proposal.Escalate);
    }

    /** Does what was proposed; what is refused ends it. */
    void take() {
        if (nonsense != null) {
            refused("", nonsense);
            return;
        }
        if (spent) {
            noAttemptsLeft();
        }
        for (Proposal p : proposals) {
            String problem = p == null ? "it is null" : Proposals.take(d, this, p);
            if (problem != null) {
                refused(p == null ? "" : p.word(), problem);
                return;
            }
        }
        if (situation.trigger().isFailure() && !isSettled()) {
            // Only called an operator: until one says more, the task is set aside.
            setAside("it failed, and its strategy proposed nothing else: " + situation.error());
        }
    }

    Task task() {
        return d.run().graph().task(situation.task().id());
    }

    /** Whether what becomes of the task is decided. */
    boolean isSettled() {
        boolean ended = task().status().isTerminal()
                && task().status() != situation.task().status();
        return settled || ended || d.run().phase() == Phase.FAILED;
    }

    void settle() {
        settled = true;
    }

    /** The task is not tried again, because of the cap: told once, however often it is proposed. */
    void noAttemptsLeft() {
        if (spentTold) {
            return;
        }
        spentTold = true;
        d.emit(Reached.byTask(
                d,
                Cap.MAX_RETRIES,
                situation.task().failures(),
                situation.task().id()));
    }

    void setAside(String reason) {
        settle();
        SettingAside.defer(d, task(), reason);
    }

    private void refused(String proposal, String reason) {
        d.emit(new ProposalRefused(strategy, proposal, task().id(), Texts.cut(reason, Texts.LONG_TEXT)));
        if (d.strategyFailed()) {
            // One call for all that it could not say in this decision: each refusal is on record.
            d.emit(new Escalated(
                    "strategy",
                    task().id(),
                    Texts.cut("strategy " + strategy + " could not say what to do: " + reason, Texts.LONG_TEXT),
                    List.of()));
        }
        if (situation.trigger().isFailure() && !isSettled()) {
            setAside("no strategy said what to do about it: " + situation.error());
        }
    }
}
