package io.taskgraph.client;

import io.taskgraph.avro.Budget;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.Risk;
import java.util.List;
import java.util.Optional;

/** What a dispatch says to whoever does it. */
abstract class Assignment implements TaskContext {
    private final String runId;
    private final String agentType;
    private final String workerId;
    private final Dispatch dispatch;

    Assignment(Command command, String workerId) {
        this.runId = command.getRunId();
        this.agentType = command.getAgentType();
        this.workerId = workerId;
        this.dispatch = command.getDispatch();
    }

    long heartbeatIntervalMillis() {
        return dispatch.getHeartbeatIntervalMillis();
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public String taskId() {
        return dispatch.getTaskId();
    }

    @Override
    public int attempt() {
        return dispatch.getAttempt();
    }

    @Override
    public String agentType() {
        return agentType;
    }

    @Override
    public String workerId() {
        return workerId;
    }

    @Override
    public String title() {
        return dispatch.getTitle();
    }

    @Override
    public Optional<String> payload() {
        return Optional.ofNullable(dispatch.getPayload());
    }

    @Override
    public long expectedMillis() {
        return dispatch.getExpectedMillis();
    }

    @Override
    public Risk risk() {
        return dispatch.getRisk();
    }

    @Override
    public Optional<Budget> budget() {
        return Optional.ofNullable(dispatch.getBudget());
    }

    @Override
    public int priority() {
        return dispatch.getPriority();
    }

    @Override
    public Optional<String> previousProgress() {
        return Optional.ofNullable(dispatch.getProgress());
    }

    @Override
    public Optional<String> traceparent() {
        return Optional.ofNullable(dispatch.getTraceparent());
    }

    @Override
    public String tracestate() {
        return dispatch.getTracestate();
    }

    @Override
    public List<ExtensionGrant> grants() {
        return List.copyOf(dispatch.getGrants());
    }

    @Override
    public List<String> failedDependencies() {
        return List.copyOf(dispatch.getFailedDependencies());
    }
}
