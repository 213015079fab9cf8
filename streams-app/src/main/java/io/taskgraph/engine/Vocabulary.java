package io.taskgraph.engine;

import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Risk;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.TaskFields;

/** The words of the schemas in the graph's own, which knows no Avro. */
public final class Vocabulary {
    private Vocabulary() {}

    static TaskFields fields(TaskSpec s) {
        return new TaskFields(
                s.getTitle(),
                s.getPriority(),
                risk(s.getRisk()),
                s.getAgentType(),
                s.getAssignee(),
                s.getPayload(),
                s.getExpectedMillis(),
                mode(s.getFailureMode()));
    }

    static TaskFields changed(TaskFields to, TaskChange c) {
        TaskFields f = to;
        f = c.getTitle() == null ? f : f.withTitle(c.getTitle());
        f = c.getPriority() == null ? f : f.withPriority(c.getPriority());
        f = c.getRisk() == null ? f : f.withRisk(risk(c.getRisk()));
        f = c.getAgentType() == null ? f : f.withAgentType(c.getAgentType());
        f = c.getAssignee() == null ? f : f.withAssignee(c.getAssignee().getValue());
        f = c.getPayload() == null ? f : f.withPayload(c.getPayload().getValue());
        f = c.getExpectedMillis() == null ? f : f.withExpectedMillis(c.getExpectedMillis());
        f = c.getFailureMode() == null ? f : f.withFailureMode(mode(c.getFailureMode()));
        return f;
    }

    /** A mode that this version does not know is the one that goes on with nothing. */
    static FailureMode mode(io.taskgraph.avro.FailureMode m) {
        return switch (m) {
            case UNKNOWN, FAIL_FAST -> FailureMode.FAIL_FAST;
            case RECONCILABLE -> FailureMode.RECONCILABLE;
            case CONTINUE -> FailureMode.CONTINUE;
        };
    }

    static Risk risk(io.taskgraph.avro.Risk r) {
        return switch (r) {
            case UNKNOWN -> Risk.UNKNOWN;
            case READ -> Risk.READ;
            case WRITE -> Risk.WRITE;
            case EXEC -> Risk.EXEC;
            case DESTRUCTIVE -> Risk.DESTRUCTIVE;
        };
    }

    /** The graph's risk in the schemas' words. */
    public static io.taskgraph.avro.Risk risk(Risk r) {
        return switch (r) {
            case UNKNOWN -> io.taskgraph.avro.Risk.UNKNOWN;
            case READ -> io.taskgraph.avro.Risk.READ;
            case WRITE -> io.taskgraph.avro.Risk.WRITE;
            case EXEC -> io.taskgraph.avro.Risk.EXEC;
            case DESTRUCTIVE -> io.taskgraph.avro.Risk.DESTRUCTIVE;
        };
    }

    /** The graph's status in the schemas' words. */
    public static TaskStatus status(Status s) {
        return switch (s) {
            case PENDING -> TaskStatus.PENDING;
            case READY -> TaskStatus.READY;
            case AWAITING_APPROVAL -> TaskStatus.AWAITING_APPROVAL;
            case DISPATCHED -> TaskStatus.DISPATCHED;
            case RUNNING -> TaskStatus.RUNNING;
            case SUBMITTED -> TaskStatus.SUBMITTED;
            case DEFERRED -> TaskStatus.DEFERRED;
            case DONE -> TaskStatus.DONE;
            case FAILED -> TaskStatus.FAILED;
            case CANCELLED -> TaskStatus.CANCELLED;
        };
    }

    static Status status(TaskStatus s) {
        return switch (s) {
            case UNKNOWN -> throw new IllegalArgumentException("a status that this version does not know");
            case PENDING -> Status.PENDING;
            case READY -> Status.READY;
            case AWAITING_APPROVAL -> Status.AWAITING_APPROVAL;
            case DISPATCHED -> Status.DISPATCHED;
            case RUNNING -> Status.RUNNING;
            case SUBMITTED -> Status.SUBMITTED;
            case DEFERRED -> Status.DEFERRED;
            case DONE -> Status.DONE;
            case FAILED -> Status.FAILED;
            case CANCELLED -> Status.CANCELLED;
        };
    }
}
