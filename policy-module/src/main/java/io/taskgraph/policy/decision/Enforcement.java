package io.taskgraph.policy.decision;

import java.util.Locale;

/** What a rule's answer is good for. */
public enum Enforcement {
    /** It holds. */
    ENFORCE,
    /** It is recorded and shown to people; nothing else follows. */
    WARN,
    /** It is recorded; nothing else follows. */
    AUDIT;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
