package io.taskgraph.policy.contract;

import java.util.Locale;

/** What follows when a guard is tripped, in growing order. */
public enum Response {
    /** It is recorded. */
    WARN,
    /** The run waits for an operator. */
    PAUSE,
    /** The task fails and is not tried again. */
    KILL;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
