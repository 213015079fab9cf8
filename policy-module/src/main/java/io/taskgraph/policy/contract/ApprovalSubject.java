package io.taskgraph.policy.contract;

import java.util.Locale;

/** What an approval is asked for. */
public enum ApprovalSubject {
    ACTION,
    TASK,
    PLAN;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
