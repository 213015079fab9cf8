package io.taskgraph.engine;

import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RetryScheduled;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Checks what strategies propose against policy and invariants, and does it. One handler a kind. */
final class Proposals {
    private static final String LEASED = "a lease is out, which is never taken from a worker that is heard";

    /** Does it, or gives why it cannot be. */
    @FunctionalInterface
    private interface OfKind<P> {
        String take(Deliberation d, Consultation c, P proposal);
    }

    private static final Map<Class<?>, OfKind<?>> KINDS = new HashMap<>();

    static {
        on(
                Proposal.Noop.class,
                (d, c, p) -> c.situation().trigger().isFailure()
                        ? "something has to become of a task whose attempt failed"
                        : null);
        on(Proposal.RequestContext.class, Proposals::requestContext);
        on(Proposal.Retry.class, (d, c, p) -> again(d, c, null));
        on(Proposal.Reassign.class, (d, c, p) -> again(d, c, p.agentType()));
        on(Proposal.Defer.class, Proposals::defer);
        on(Proposal.Fail.class, Proposals::fail);
        on(Proposal.Compensate.class, Proposals::compensate);
        on(Proposal.SlowDown.class, Proposals::slowDown);
        on(Proposal.Pause.class, (d, c, p) -> {
            Lifecycle.pause(d, p.reason(), Standing.OPERATOR);
            return null;
        });
        on(Proposal.Escalate.class, (d, c, p) -> {
            c.calls().call(c.situation().trigger(), c.task().id(), p.reason());
            return null;
        });
        on(Proposal.FailRun.class, (d, c, p) -> {
            Lifecycle.fail(d, p.reason());
            return null;
        });
    }

    private Proposals() {}

    private static <P extends Proposal> void on(Class<P> kind, OfKind<P> how) {
        KINDS.put(kind, how);
    }

    /** The kinds of proposal that are understood. */
    static Set<Class<?>> kinds() {
        return Set.copyOf(KINDS.keySet());
    }

    /** Does it, or gives why it cannot be. */
    @SuppressWarnings("unchecked")
    static String take(Deliberation d, Consultation c, Proposal p) {
        return ((OfKind<Proposal>) KINDS.get(p.getClass())).take(d, c, p);
    }

    /** Why nothing can become of the task now; null: something can. */
    private static String fixed(Consultation c) {
        if (c.isSettled()) {
            return "what becomes of the task is decided by a proposal before it";
        }
        return c.task().status().isInFlight() ? LEASED : null;
    }

    /** The same, for what only a task that has not ended can be. */
    private static String closed(Consultation c) {
        String fixed = fixed(c);
        return fixed == null && c.task().status().isTerminal()
                ? "the task has ended: it can be given up, or an operator repairs it"
                : fixed;
    }

    private static String again(Deliberation d, Consultation c, String agentType) {
        String problem = closed(c);
        problem = problem == null && agentType != null ? Texts.problemOfId(agentType, Texts.AGENT_TYPE) : problem;
        if (problem == null && !c.situation().attemptsLeft()) {
            c.noAttemptsLeft();
            problem = "the task has had all the attempts that max_retries gives it";
        }
        if (problem != null) {
            return problem;
        }
        Task t = c.task();
        if (t.status() == Status.DEFERRED) {
            d.emit(new TaskRequeued(t.id(), "its strategy tries it again"));
        }
        if (agentType != null) {
            TaskChange change = new TaskChange();
            change.setAgentType(agentType);
            d.emit(new TaskUpdated(t.id(), change));
        }
        c.settle();
        t = c.task();
        long wait = t.failures() == 0
                ? 0
                : d.policy()
                        .reconcile()
                        .backoff()
                        .millis(t.failures(), Attempts.dice(d.run().runId(), t));
        if (wait > 0) {
            d.emit(new RetryScheduled(t.id(), Instant.ofEpochMilli(d.now() + wait)));
        }
        return null;
    }

    private static String defer(Deliberation d, Consultation c, Proposal.Defer p) {
        String problem = closed(c);
        problem = problem == null && c.task().status() == Status.DEFERRED ? "the task is set aside already" : problem;
        if (problem == null) {
            c.setAside(p.reason());
        }
        return problem;
    }

    private static String fail(Deliberation d, Consultation c, Proposal.Fail p) {
        String problem = closed(c);
        if (problem == null) {
            c.settle();
            Failures.fail(d, c.task(), p.reason());
        }
        return problem;
    }

    private static String compensate(Deliberation d, Consultation c, Proposal.Compensate p) {
        String problem = fixed(c);
        Task t = c.task();
        if (problem == null && t.status().isTerminal() && t.status() != Status.FAILED) {
            problem = "the task has ended otherwise";
        }
        if (problem == null && d.caps().maxCompensatingTasks() == 0) {
            d.emit(Reached.byTask(d, Cap.MAX_COMPENSATING_TASKS, 1, t.id()));
            problem = "max_compensating_tasks is 0: nothing may be undone";
        }
        if (problem != null) {
            return problem;
        }
        c.settle();
        String reason = Texts.cut(p.reason(), Texts.LONG_TEXT);
        if (t.status().isTerminal()) {
            d.emit(new TaskReopened(t.id(), reason));
        }
        d.emit(new TaskResolved(
                t.id(), TaskStatus.CANCELLED, reason, d.run().graph().unfinishedDependents(t.id())));
        Failures.followed(d, t.id());
        return null;
    }

    private static String requestContext(Deliberation d, Consultation c, Proposal.RequestContext p) {
        Task t = c.task();
        boolean running = t.status() == Status.RUNNING;
        String problem = running ? null : closed(c);
        if (problem == null && d.run().contextWanted(t.id()) != null) {
            problem = "it was asked for, and not answered yet";
        }
        if (problem != null) {
            return problem;
        }
        Sending sending = new Sending(d, SenderRole.CONTROL_PLANE);
        String question = Texts.cut(p.question(), Texts.LONG_TEXT);
        Rejection r = running ? sending.askWorker(t, question) : sending.ask(t, question);
        if (r == null && !running) {
            if (t.status() == Status.DEFERRED) {
                c.settle();
            } else {
                c.setAside("its planners were asked: " + question);
            }
        }
        return r == null ? null : "it cannot be sent: " + r.getMessage();
    }

    private static String slowDown(Deliberation d, Consultation c, Proposal.SlowDown p) {
        if (p.workers() < 1 || p.workers() >= Dispatching.slots(d.run())) {
            return "to " + p.workers() + " workers is no slowing down: give 1 to " + (Dispatching.slots(d.run()) - 1)
                    + ", fewer than may be out now";
        }
        if (p.millis() < Proposal.SlowDown.LEAST_MILLIS || p.millis() > Proposal.SlowDown.MOST_MILLIS) {
            return "for " + p.millis() + " ms: give " + Proposal.SlowDown.LEAST_MILLIS + " to "
                    + Proposal.SlowDown.MOST_MILLIS;
        }
        d.emit(new RunSlowed(
                p.workers(), Instant.ofEpochMilli(d.now() + p.millis()), Texts.cut(p.reason(), Texts.LONG_TEXT)));
        return null;
    }
}
