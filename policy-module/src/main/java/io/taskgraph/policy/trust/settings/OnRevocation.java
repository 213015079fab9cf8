package io.taskgraph.policy.trust.settings;

import java.util.Locale;

/** What becomes of ready tasks that require an extension that was revoked. Those in flight are always cancelled. */
public enum OnRevocation {
    /** They wait until a version is enabled that they may use. */
    WAIT,
    /** They are set aside until an operator takes them up again. */
    DEFER,
    /** They are cancelled. */
    CANCEL;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
