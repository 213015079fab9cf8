package io.taskgraph.policy.decision;

import java.util.Locale;

/** The answer to a question, in growing order: of two, the greater holds. */
public enum Verdict {
    ALLOW,
    AWAIT_APPROVAL,
    DENY;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
