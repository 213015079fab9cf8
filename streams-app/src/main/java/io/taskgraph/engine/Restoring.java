package io.taskgraph.engine;

import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunAssembled;
import io.taskgraph.avro.RunOrigin;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides on a run that goes on from another one: it is created with the point where it begins, is given its tasks in as many
 * mutations as it takes, and is whole when it has all that were promised and they are those. Nothing is dispatched before.
 * What the other run was is its creator's word, as everything that planners say; digest and hash let anybody check it.
 */
final class Restoring {
    private static final Set<TaskStatus> RESTORABLE = EnumSet.of(
            TaskStatus.PENDING, TaskStatus.DEFERRED, TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED);

    private Restoring() {}

    /** Whether a run may begin there. */
    static Rejection judge(RunOrigin o, String runId, Policy policy) {
        if (o == null) {
            return null;
        }
        if (!policy.on(Flag.TRACE_REPLAY)) {
            return Refusal.disabled(
                    Flag.TRACE_REPLAY, "a run can go on from no other; choose a policy that has it on for the new run");
        }
        String problem = Texts.problemOfRunId(o.getRunId());
        if (problem != null) {
            return Specs.invalidId("origin's run id", o.getRunId(), problem);
        }
        if (o.getRunId().equals(runId)) {
            return Refusal.invalid("origin", "is the run itself; give the new run another id");
        }
        if (o.getSequence() < 1 || o.getTasks() < 0) {
            return Refusal.invalid(
                    "origin",
                    "has sequence " + o.getSequence() + " and " + o.getTasks()
                            + " tasks; decisions are counted from 1, tasks from 0");
        }
        return o.getCheckpoint().length() > Texts.NAME
                ? Specs.tooLong("origin's checkpoint", o.getCheckpoint(), Texts.NAME)
                : null;
    }

    static RunIdentity.Beginning beginning(RunOrigin o) {
        return o == null
                ? null
                : new RunIdentity.Beginning(
                        o.getRunId(),
                        o.getSequence(),
                        Texts.hex(o.getStateDigest()),
                        Texts.hex(o.getDecisionHash()),
                        o.getCheckpoint(),
                        o.getTasks(),
                        Texts.hex(o.getTasksDigest()));
    }

    /** A run that is not whole takes no other patches: they would be for a graph that is not there yet. */
    static Rejection whole(Deliberation d) {
        Assembly a = d.run().tables().assembly.get(Assembly.ID);
        if (a == null) {
            return null;
        }
        RunIdentity.Beginning b = d.run().identity().beginning();
        return Refusal.of(
                        RejectionCode.INCOMPLETE,
                        "the run goes on from run " + Texts.quoted(b.runId()) + " and lacks " + a.missing() + " of its "
                                + b.tasks() + " tasks: whoever forks it has to send the rest, or cancel the run")
                .with("missing", a.missing())
                .with("tasks", b.tasks())
                .build();
    }

    /** Gives the run some of its tasks. */
    static Rejection restore(Deliberation d, Mutation m) {
        List<RestoredTask> tasks = m.getRestore().getTasks();
        Assembly a = d.run().tables().assembly.get(Assembly.ID);
        if (a == null) {
            return Refusal.invalid("restore", "is only for a run that goes on from another one and is not whole yet");
        }
        if (tasks.isEmpty() || !m.getOperations().isEmpty()) {
            return Refusal.invalid("restore", "has to name tasks, and a mutation with it can have no operations");
        }
        int cap = d.caps().maxPatchOperations();
        if (tasks.size() > cap) {
            return Refusal.capExceeded("max_patch_operations", cap, tasks.size(), "send them in several mutations");
        }
        if (tasks.size() > a.missing()) {
            return Refusal.invalid(
                    "restore", "has " + tasks.size() + " tasks, and the run lacks only " + a.missing() + " of them");
        }
        PatchJudge judge = new PatchJudge(d);
        for (int i = 0; i < tasks.size(); i++) {
            Rejection r = restore(d, tasks.get(i), judge);
            if (r != null) {
                r.getDetails().put("operation", Integer.toString(i));
                return r;
            }
        }
        Rejection r = judge.judge();
        return r == null ? settle(d) : r;
    }

    private static Rejection restore(Deliberation d, RestoredTask r, PatchJudge judge) {
        String id = r.getTask().getTaskId();
        Rejection no = Specs.ofSpec(r.getTask(), d.policy());
        if (no != null) {
            return no;
        }
        if (d.run().graph().task(id) != null) {
            return Refusal.of(RejectionCode.DUPLICATE_TASK, "the run has a task " + Texts.quoted(id) + " already")
                    .with("task_id", id)
                    .build();
        }
        if (r.getTask().getDependsOn().contains(id)) {
            return PatchJudge.cycle(List.of(id, id));
        }
        if (!RESTORABLE.contains(r.getStatus())) {
            return Refusal.invalid("status", "cannot be restored as " + r.getStatus() + "; give one of " + RESTORABLE);
        }
        boolean open = r.getStatus() == TaskStatus.PENDING;
        if (open && r.getOutcome() != null || r.getArchived() && (open || r.getStatus() == TaskStatus.DEFERRED)) {
            return Refusal.invalid(
                    "task " + Texts.quoted(id), "is " + r.getStatus() + " and can have no outcome, nor be archived");
        }
        if (r.getOutcome() != null) {
            no = r.getStatus() == TaskStatus.DONE
                    ? Specs.ofPayload(r.getOutcome(), d.caps())
                    : r.getOutcome().length() > Texts.LONG_TEXT
                            ? Specs.tooLong("outcome", r.getOutcome(), Texts.LONG_TEXT)
                            : null;
        }
        if (no == null) {
            d.emit(new TaskRestored(r));
            judge.added(id);
        }
        return no;
    }

    private static Rejection settle(Deliberation d) {
        Assembly a = d.run().tables().assembly.get(Assembly.ID);
        RunIdentity.Beginning b = d.run().identity().beginning();
        if (a.missing() > 0) {
            return null;
        }
        if (!a.sum().equals(b.tasksDigest())) {
            return Refusal.invalid(
                    "restore",
                    "brings the run to tasks with digest " + a.sum() + ", and its origin promised " + b.tasksDigest()
                            + ": they are not those of that point; cancel the run and fork again");
        }
        d.emit(new RunAssembled(b.tasks()));
        return null;
    }
}
