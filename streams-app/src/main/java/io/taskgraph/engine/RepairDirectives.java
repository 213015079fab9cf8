package io.taskgraph.engine;

import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskReopened;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;

/** Decides how operators repair: for planners a task that has ended stays so, an operator may open it again. */
final class RepairDirectives {
    private RepairDirectives() {}

    static Rejection retry(Deliberation d, String reason, RetryTask kind) {
        Task t = d.run().graph().task(kind.getTaskId());
        Rejection r = repairable(d, kind.getTaskId(), t);
        if (r != null) {
            return r;
        }
        if (t.status() != Status.FAILED && t.status() != Status.CANCELLED && t.status() != Status.DEFERRED) {
            return ofStatus(t, "only a task that failed, was cancelled or is set aside can be tried again");
        }
        r = hopeless(d, t);
        if (r != null) {
            return r;
        }
        // What ended because of it, as it is before it is open again.
        var ended = Failures.endedBecauseOf(d.run(), t.id());
        open(d, t, reason);
        if (kind.getOnwards()) {
            ended.forEach(id -> d.emit(new TaskReopened(id, reason)));
        }
        Failures.repaired(d, t.id());
        return null;
    }

    /** What an ended dependency keeps from ever going on is not opened. */
    private static Rejection hopeless(Deliberation d, Task t) {
        for (String dependency : t.dependsOn()) {
            if (d.run().graph().task(dependency).blocksDependentsForGood()) {
                return ofStatus(
                        t, "it depends on " + Texts.quoted(dependency) + ", which has ended; begin there, onwards");
            }
        }
        return null;
    }

    static Rejection skip(Deliberation d, String reason, SkipTask kind) {
        return end(d, kind.getTaskId(), TaskStatus.DONE, reason.isEmpty() ? "skipped" : "skipped: " + reason);
    }

    static Rejection resolve(Deliberation d, String reason, ResolveTask kind) {
        TaskStatus to = kind.getStatus();
        if (to != TaskStatus.DONE && to != TaskStatus.FAILED && to != TaskStatus.CANCELLED) {
            return Refusal.invalid("status", "cannot be set to " + to + "; give DONE, FAILED or CANCELLED");
        }
        Rejection r = kind.getResult() == null ? null : Specs.ofPayload(kind.getResult(), d.caps());
        boolean result = to == TaskStatus.DONE && kind.getResult() != null;
        return r != null ? r : end(d, kind.getTaskId(), to, result ? kind.getResult() : reason);
    }

    private static Rejection end(Deliberation d, String taskId, TaskStatus to, String outcome) {
        Task t = d.run().graph().task(taskId);
        Rejection r = repairable(d, taskId, t);
        if (r != null) {
            return r;
        }
        if (t.status() == Status.DONE || t.status() == Vocabulary.status(to)) {
            return ofStatus(t, "it has ended well, or so already");
        }
        if (t.status().isTerminal()) {
            d.emit(new TaskReopened(t.id(), outcome));
        } else if (t.status().isInFlight()) {
            revoke(d, t, "an operator ended the task");
        }
        int ending = to == TaskStatus.DONE
                ? 0
                : to == TaskStatus.FAILED
                        ? Failures.ending(d.run(), t)
                        : d.run().graph().unfinishedDependents(taskId);
        d.emit(new TaskResolved(taskId, to, outcome, ending));
        if (to == TaskStatus.DONE) {
            Failures.repaired(d, taskId);
        } else {
            Failures.followed(d, taskId);
        }
        return null;
    }

    static Rejection move(Deliberation d, String reason, MoveTask kind) {
        Task t = d.run().graph().task(kind.getTaskId());
        Rejection r = repairable(d, kind.getTaskId(), t);
        String problem = Texts.problemOfId(kind.getAgentType(), Texts.AGENT_TYPE);
        if (r == null && problem != null) {
            r = Refusal.invalid("agent type", Texts.quoted(kind.getAgentType()) + " " + problem);
        }
        if (r == null && t.status() == Status.DONE) {
            r = ofStatus(t, "it is done already");
        }
        r = r == null && t.status().isTerminal() ? hopeless(d, t) : r;
        if (r != null) {
            return r;
        }
        if (t.status().isInFlight()) {
            revoke(d, t, "the task was given to another kind of agent");
        } else if (t.status().isTerminal() || t.status() == Status.DEFERRED) {
            open(d, t, reason);
        }
        TaskChange change = new TaskChange();
        change.setAgentType(kind.getAgentType());
        d.emit(new TaskUpdated(t.id(), change));
        Failures.repaired(d, t.id());
        return null;
    }

    private static void open(Deliberation d, Task t, String reason) {
        if (t.status() == Status.DEFERRED) {
            d.emit(new TaskRequeued(t.id(), reason));
        } else {
            d.emit(new TaskReopened(t.id(), reason));
        }
    }

    private static void revoke(Deliberation d, Task t, String why) {
        d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), why, null));
    }

    private static Rejection repairable(Deliberation d, String taskId, Task t) {
        if (!d.policy().on(Flag.RECONCILE)) {
            return Refusal.disabled(Flag.RECONCILE, "nothing can be repaired; give the run a policy that has it on");
        }
        if (t == null) {
            return Refusal.unknownTask(taskId);
        }
        if (t.archived()) {
            return ofStatus(t, "it is archived");
        }
        Rejection closed = GateHold.closed(d.run());
        if (closed != null) {
            return closed;
        }
        Phase phase = d.run().phase();
        if (phase == Phase.COMPLETED && !Lifecycle.allowed(d, Phase.IDLE)) {
            return Lifecycle.illegal(phase, Phase.IDLE, "its policy does not let it begin again");
        }
        if (phase == Phase.FAILED) {
            if (!Lifecycle.allowed(d, Phase.IDLE)) {
                return Lifecycle.illegal(phase, Phase.IDLE, "its policy does not let it begin again");
            }
            Lifecycle.go(d, Phase.IDLE, "an operator repairs it");
        }
        return null;
    }

    private static Rejection ofStatus(Task t, String why) {
        return Refusal.of(
                        t.status().isTerminal() ? RejectionCode.TASK_TERMINAL : RejectionCode.TASK_NOT_TERMINAL,
                        "task " + Texts.quoted(t.id()) + " is " + t.status() + ": " + why)
                .with("task_id", t.id())
                .with("status", t.status().name())
                .build();
    }
}
