package io.taskgraph.engine;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Escalated;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import java.util.List;
import java.util.Optional;

/**
 * What follows when an attempt fails. Where the policy has {@code reconcile} on, its strategy proposes and this checks;
 * where it is off, the task is tried again up to the cap, and fails then.
 */
final class Attempts {
    private Attempts() {}

    /**
     * The attempt in flight failed.
     *
     * @param progress how far it said it was, or null
     */
    static void failed(
            Deliberation d, Task t, Trigger trigger, String worker, String error, boolean retryable, String progress) {
        d.emit(new AttemptFailed(t.id(), t.attempt(), worker, error, retryable, progress));
        Task now = d.run().graph().task(t.id());
        if (!d.policy().on(Flag.RECONCILE)) {
            if (!retryable || now.failures() > d.caps().maxRetries()) {
                Failures.fail(d, now, why(now, error, retryable));
            }
            return;
        }
        Situation s = situation(d, now, trigger, error, retryable);
        String strategy = d.policy().reconcile().strategy();
        List<Proposal> proposals;
        try {
            Optional<Strategy> found = Strategies.named(strategy);
            if (found.isEmpty()) {
                refused(d, now, strategy, "", "there is no strategy of that name on this control plane", error);
                return;
            }
            proposals = found.get().propose(s);
        } catch (RuntimeException e) {
            refused(d, now, strategy, "", "it threw " + e, error);
            return;
        }
        if (proposals == null || proposals.isEmpty() || proposals.size() > Strategy.MOST) {
            String how = proposals == null || proposals.isEmpty() ? "nothing" : proposals.size() + " things at once";
            refused(d, now, strategy, "", "it proposed " + how, error);
            return;
        }
        for (Proposal p : proposals) {
            String problem = p == null ? "it is null" : take(d, s, p);
            if (problem != null) {
                refused(d, now, strategy, p == null ? "" : p.word(), problem, error);
                return;
            }
        }
        if (!settled(d, t)) {
            // Only called an operator: until one says more, the task is set aside.
            defer(d, d.run().graph().task(t.id()), "it failed, and its strategy proposed nothing else: " + error);
        }
    }

    /** Whether what becomes of the task is decided: it is not just waiting as after any failed attempt. */
    private static boolean settled(Deliberation d, Task before) {
        Task t = d.run().graph().task(before.id());
        return t.status().isTerminal()
                || t.status() == io.taskgraph.graph.Status.DEFERRED
                || d.run().phase() == Phase.FAILED
                || d.retried(before.id());
    }

    private static Situation situation(Deliberation d, Task t, Trigger trigger, String error, boolean retryable) {
        Run run = d.run();
        return new Situation(
                trigger,
                new Situation.OfRun(
                        run.runId(), run.graph().unfinished(), run.graph().inFlight(), run.degradation() != null),
                new Situation.OfTask(
                        t.id(),
                        Questions.risk(t.spec().risk()),
                        t.agentType(),
                        t.attempt(),
                        t.failures(),
                        run.graph().dependents(t.id()).size()),
                error,
                retryable,
                d.caps().maxRetries(),
                d.policy().reconcile());
    }

    /** Does what is proposed. Gives why that cannot be, or null. */
    private static String take(Deliberation d, Situation s, Proposal p) {
        Task t = d.run().graph().task(s.task().id());
        boolean ofTask =
                !(p instanceof Proposal.Pause || p instanceof Proposal.Escalate || p instanceof Proposal.FailRun);
        if (ofTask && settled(d, t)) {
            return "what becomes of the task is decided by a proposal before it";
        }
        if (p instanceof Proposal.Retry) {
            if (!s.attemptsLeft()) {
                return "the task has had all the attempts that max_retries gives it";
            }
            retry(d, t);
        } else if (p instanceof Proposal.Reassign r) {
            String problem = Texts.problemOfId(r.agentType(), Texts.AGENT_TYPE);
            if (problem != null || !s.attemptsLeft()) {
                return problem != null ? "the agent type " + problem : "the task has had all its attempts";
            }
            TaskChange change = new TaskChange();
            change.setAgentType(r.agentType());
            d.emit(new TaskUpdated(t.id(), change));
            retry(d, d.run().graph().task(t.id()));
        } else if (p instanceof Proposal.Defer defer) {
            defer(d, t, defer.reason());
        } else if (p instanceof Proposal.Fail fail) {
            Failures.fail(d, t, fail.reason());
        } else if (p instanceof Proposal.Pause pause) {
            Lifecycle.pause(d, pause.reason(), Standing.OPERATOR);
        } else if (p instanceof Proposal.Escalate escalate) {
            escalate(d, "retry", t.id(), escalate.reason(), List.of());
        } else if (p instanceof Proposal.FailRun fail) {
            Lifecycle.fail(d, fail.reason());
        }
        return null;
    }

    private static void retry(Deliberation d, Task t) {
        d.retrying(t.id());
        long wait = d.policy()
                .reconcile()
                .backoff()
                .millis(t.failures(), dice(d.run().runId(), t));
        if (wait > 0) {
            d.emit(new RetryScheduled(t.id(), java.time.Instant.ofEpochMilli(d.now() + wait)));
        }
    }

    /** The jitter of a run, task and attempt: the same whenever it is asked for (FNV-1a, 64 bits). */
    static long dice(String runId, Task t) {
        long hash = 0xcbf29ce484222325L;
        String text = runId + '\n' + t.id() + '\n' + t.attempt();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash ^ hash >>> 32;
    }

    private static void defer(Deliberation d, Task t, String reason) {
        d.emit(new TaskDeferred(t.id(), Texts.cut(reason, Texts.LONG_TEXT)));
    }

    /** What was proposed cannot be done: an operator has to look, and the task waits for one. */
    private static void refused(Deliberation d, Task t, String strategy, String proposal, String reason, String error) {
        d.emit(new ProposalRefused(strategy, proposal, t.id(), Texts.cut(reason, Texts.LONG_TEXT)));
        escalate(d, "strategy", t.id(), "strategy " + strategy + " could not say what to do: " + reason, List.of());
        Task now = d.run().graph().task(t.id());
        if (!settled(d, t) && !now.status().isTerminal()) {
            defer(d, now, "no strategy said what to do about it: " + error);
        }
    }

    /** Calls an operator. */
    static void escalate(Deliberation d, String about, String taskId, String reason, List<String> tasks) {
        d.emit(new Escalated(about, taskId, Texts.cut(reason, Texts.LONG_TEXT), tasks));
    }

    private static String why(Task t, String error, boolean retryable) {
        return retryable ? "failed " + t.failures() + " times, the last time: " + error : error;
    }
}
