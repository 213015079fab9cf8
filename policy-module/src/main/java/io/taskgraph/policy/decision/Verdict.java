package io.taskgraph.policy.decision;

/** The answer to a question, in growing order: of two, the greater holds. */
public enum Verdict {
    ALLOW("allow"),
    AWAIT_APPROVAL("await"),
    DENY("deny");

    private final String key;

    Verdict(String key) {
        this.key = key;
    }

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
