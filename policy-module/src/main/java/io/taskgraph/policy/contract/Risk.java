package io.taskgraph.policy.contract;

import java.util.Locale;

/** What an action or a task may do to the world, in growing order. What is not known counts as {@link #DESTRUCTIVE}. */
public enum Risk {
    READ,
    WRITE,
    EXEC,
    DESTRUCTIVE;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
