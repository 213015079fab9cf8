package io.taskgraph.policy.contract;

/**
 * What becomes of a task that may not be dispatched: a rule or an approver says so, nobody approves it in time, or it needs what
 * it may not use.
 */
public enum OnDenial {
    /** It is set aside until a planner or operator takes it up again. */
    DEFER("defer"),
    /** It fails, and its failure mode says what becomes of its dependents. */
    FAIL("fail");

    private final String key;

    OnDenial(String key) {
        this.key = key;
    }

    /** How documents write it. */
    public String key() {
        return key;
    }
}
