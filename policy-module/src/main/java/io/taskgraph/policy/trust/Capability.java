package io.taskgraph.policy.trust;

import java.util.Locale;

/** What an extension may do. */
public enum Capability {
    /** Looks at things. */
    READ(true),
    /** Changes things. */
    WRITE(false),
    /** Runs programs. */
    EXEC(false),
    /** Talks to other machines. */
    NETWORK(false),
    /** Is called by the agent's own loop. */
    HOOK(false),
    /** Is loaded into the agent's process. */
    PLUGIN(false),
    /** Writes traces. */
    TRACE(true);

    private final String key = name().toLowerCase(Locale.ROOT);
    private final boolean harmless;

    Capability(boolean harmless) {
        this.harmless = harmless;
    }

    /** Its word in a document. */
    public String key() {
        return key;
    }

    /** Whether a context that nobody vouches for may have it, and whoever has no gates of trust. */
    public boolean isHarmless() {
        return harmless;
    }
}
