package io.taskgraph.engine;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.TimeLimits;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.schemas.codec.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The words in which tests speak to the engine. */
final class Messages {
    static final Instant SENT = Instant.EPOCH;

    private Messages() {}

    static TaskSpec spec(String id, String... dependsOn) {
        TaskSpec s = new TaskSpec();
        s.setToolpacks(List.of());
        s.setTaskId(id);
        s.setTitle("");
        s.setDependsOn(new ArrayList<>(List.of(dependsOn)));
        s.setPriority(0);
        s.setRisk(Risk.UNKNOWN);
        s.setAgentType("default");
        s.setFailureMode(FailureMode.FAIL_FAST);
        s.setExpectedMillis(0);
        return s;
    }

    static TaskSpec urgent(int priority, TaskSpec s) {
        s.setPriority(priority);
        return s;
    }

    static Operation op(SpecificRecord kind) {
        Operation o = new Operation();
        OneOf.OPERATION.set(o, kind);
        return o;
    }

    static Operation add(String id, String... dependsOn) {
        return op(new AddTask(spec(id, dependsOn)));
    }

    static Operation add(TaskSpec spec) {
        return op(new AddTask(spec));
    }

    static Operation update(String id, TaskChange change) {
        return op(new UpdateTask(id, change, null));
    }

    static Operation title(String id, String title) {
        TaskChange c = new TaskChange();
        c.setTitle(title);
        return update(id, c);
    }

    static Operation set(String id, TaskStatus status) {
        return op(new UpdateTask(id, new TaskChange(), status));
    }

    static Operation remove(String id) {
        return op(new RemoveTask(id));
    }

    static Operation archive(String id) {
        return op(new ArchiveTask(id));
    }

    static Operation depend(String id, String on) {
        return op(new AddDependency(id, on));
    }

    static Operation undepend(String id, String on) {
        return op(new RemoveDependency(id, on));
    }

    static Mutation mutation(String runId, String messageId, List<Operation> operations) {
        Mutation m = new Mutation();
        m.setMessages(List.of());
        m.setRunId(runId);
        m.setMessageId(messageId);
        m.setSentAt(SENT);
        m.setActor("planner");
        m.setOperations(new ArrayList<>(operations));
        return m;
    }

    static Report report(String runId, String messageId, String worker, String task, int attempt, SpecificRecord kind) {
        Report r = new Report();
        r.setRunId(runId);
        r.setMessageId(messageId);
        r.setWorkerId(worker);
        r.setTaskId(task);
        r.setAttempt(attempt);
        r.setSentAt(SENT);
        OneOf.REPORT.set(r, kind);
        return r;
    }

    static Directive directive(String runId, String messageId, String reason, SpecificRecord kind) {
        Directive d = new Directive();
        d.setRunId(runId);
        d.setMessageId(messageId);
        d.setSentAt(SENT);
        d.setActor("operator");
        d.setReason(reason);
        OneOf.DIRECTIVE.set(d, kind);
        return d;
    }

    static Started started() {
        return new Started("default", java.util.List.of());
    }

    static Submitted submitted(String result) {
        return new Submitted(result, null);
    }

    static AttemptError failed(String error, boolean retryable) {
        return new AttemptError(error, retryable, null, null);
    }

    static Released released(String reason) {
        return new Released(reason, null);
    }

    /** The digest of some arguments. */
    static Digest arguments(String text) {
        return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static ActionWanted wants(String tool, Risk risk, String arguments) {
        return new ActionWanted(tool, risk, arguments(arguments), "to test");
    }

    static ActionDone did(String requestId, String tool, Risk risk, String arguments) {
        return new ActionDone(requestId, tool, risk, arguments(arguments));
    }

    static UsageSoFar used(long tokens, long costMicros, long millis) {
        return new UsageSoFar(new Amounts(tokens, costMicros, millis));
    }

    static Budget budget(Long tokens, Long costMicros, Long millis) {
        return new Budget(tokens, costMicros, millis);
    }

    static TaskSpec risky(Risk risk, TaskSpec s) {
        s.setRisk(risk);
        return s;
    }

    static TaskSpec bounded(Budget budget, TaskSpec s) {
        s.setBudget(budget);
        return s;
    }

    static TaskSpec undoing(String what, TaskSpec s) {
        s.setCompensates(what);
        return s;
    }

    static TaskSpec mode(FailureMode mode, TaskSpec s) {
        s.setFailureMode(mode);
        return s;
    }

    /** It says how it is undone. */
    static TaskSpec undoable(TaskSpec s) {
        s.setCompensation(new CompensationSpec("undo " + s.getTaskId(), Risk.WRITE, "default", null, 0L));
        return s;
    }

    static TaskSpec limited(long start, long end, long heartbeat, TaskSpec s) {
        s.setLimits(new TimeLimits(start, end, heartbeat));
        return s;
    }

    static Heartbeat heartbeat(String runId, String worker, String task, int attempt, Amounts usage) {
        return Heartbeat.newBuilder()
                .setRunId(runId)
                .setWorkerId(worker)
                .setSentAt(SENT)
                .setActive(List.of(new ActiveAttempt(task, attempt, usage, null)))
                .build();
    }

    /** A cap of the policy acted: on a task, or with null on the run. */
    static CapReached reached(Cap cap, long limit, long value, String taskId) {
        return new CapReached(cap.key(), limit, value, taskId, null, false, RejectionCode.CAP_EXCEEDED);
    }

    /** A limit of the task's own acted, tighter than the cap. */
    static CapReached reachedOwn(Cap cap, long limit, long value, String taskId) {
        return new CapReached(cap.key(), limit, value, taskId, null, true, RejectionCode.CAP_EXCEEDED);
    }

    /** A worker was silent for so long. */
    static CapReached silent(String workerId, long limit, long value) {
        return new CapReached(
                Cap.HEARTBEAT_STALENESS.key(), limit, value, null, workerId, false, RejectionCode.CAP_EXCEEDED);
    }
}
