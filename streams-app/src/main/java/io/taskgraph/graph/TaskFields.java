package io.taskgraph.graph;

/**
 * What planners say of a task and may change while it is not terminal.
 *
 * @param title for people, never null
 * @param priority -1000 to 1000, the smaller is the more urgent
 * @param risk how much harm it can do
 * @param agentType which kind of agent can do it
 * @param assignee who is to do it, free form, or null
 * @param payload input for the agent, opaque, or null
 * @param expectedMillis expected duration in milliseconds, 0 if unknown
 * @param failureMode what becomes of its dependents when it fails
 */
public record TaskFields(
        String title,
        int priority,
        Risk risk,
        String agentType,
        String assignee,
        String payload,
        long expectedMillis,
        FailureMode failureMode) {

    public static final TaskFields DEFAULT =
            new TaskFields("", 0, Risk.UNKNOWN, "default", null, null, 0, FailureMode.FAIL_FAST);

    public TaskFields withTitle(String t) {
        return new TaskFields(t, priority, risk, agentType, assignee, payload, expectedMillis, failureMode);
    }

    public TaskFields withPriority(int p) {
        return new TaskFields(title, p, risk, agentType, assignee, payload, expectedMillis, failureMode);
    }

    public TaskFields withRisk(Risk r) {
        return new TaskFields(title, priority, r, agentType, assignee, payload, expectedMillis, failureMode);
    }

    public TaskFields withAgentType(String a) {
        return new TaskFields(title, priority, risk, a, assignee, payload, expectedMillis, failureMode);
    }

    public TaskFields withAssignee(String a) {
        return new TaskFields(title, priority, risk, agentType, a, payload, expectedMillis, failureMode);
    }

    public TaskFields withPayload(String p) {
        return new TaskFields(title, priority, risk, agentType, assignee, p, expectedMillis, failureMode);
    }

    public TaskFields withExpectedMillis(long m) {
        return new TaskFields(title, priority, risk, agentType, assignee, payload, m, failureMode);
    }

    public TaskFields withFailureMode(FailureMode m) {
        return new TaskFields(title, priority, risk, agentType, assignee, payload, expectedMillis, m);
    }
}
