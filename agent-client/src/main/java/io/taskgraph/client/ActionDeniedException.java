package io.taskgraph.client;

/**
 * An action was denied, by the policy or by an approver. A handler that lets it through fails for good: the next attempt
 * would ask the same of the same policy. One that can go on without the action catches it.
 */
public final class ActionDeniedException extends NonRetryableException {
    private static final long serialVersionUID = 1L;

    private final transient Permission permission;

    ActionDeniedException(Permission permission) {
        super("the action " + permission.action().tool() + " was denied"
                + (permission.rule().isEmpty() ? "" : " by rule " + permission.rule())
                + (permission.reason().isEmpty() ? "" : ": " + permission.reason()));
        this.permission = permission;
    }

    /** What was answered. */
    public Permission permission() {
        return permission;
    }

    /** The policy's rule that it was denied by; empty: the contract itself, or an approver. */
    public String rule() {
        return permission.rule();
    }

    /** Why, for people; may be empty. */
    public String reason() {
        return permission.reason();
    }
}
