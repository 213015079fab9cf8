package io.taskgraph.policy.trust;

import java.util.Locale;

/** How far something is trusted, in growing order. */
public enum TrustLevel {
    /** Nobody vouches for it. */
    UNTRUSTED,
    /** It came with the work. */
    WORKSPACE,
    /** The person who runs it vouches for it. */
    USER,
    /** The organisation vouches for it. */
    MANAGED;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
