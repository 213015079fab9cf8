package io.taskgraph.policy.contract;

/** What becomes of a task that is not tried again: its attempts have all failed, or another would not help. */
public enum AtRetryCap {
    /** It fails, and its failure mode says what becomes of its dependents. */
    FAIL("fail"),
    /** It is set aside until an operator or planner takes it up again. */
    DEFER("defer"),
    /** It is set aside, and the run waits for an operator. */
    PAUSE("pause");

    private final String key;

    AtRetryCap(String key) {
        this.key = key;
    }

    /** How documents write it. */
    public String key() {
        return key;
    }
}
