package io.taskgraph.policy.trust.use;

import java.util.Locale;

/** What is asked before an extension is used, in the order of asking. All of it must hold. */
public enum TrustRule {
    /** The envelope can be read and holds a manifest. */
    ENVELOPE,
    /** The manifest can be read. */
    MANIFEST,
    /** It is enabled. */
    LIFECYCLE,
    /** Neither the version nor any of its artifacts was revoked. */
    REVOCATION,
    /** Enough of the keys that may do so have signed it. */
    SIGNATURES,
    /** Where its name is pinned, it is pinned to this version and digest. */
    PIN,
    /** The statements that the policy asks for were made about each artifact. */
    ATTESTATIONS,
    /** The context is trusted as far as the extension requires. */
    LEVEL,
    /** It asks for nothing that is refused to a context that nobody trusts. */
    CAPABILITIES,
    /** It asks for no more than {@code read} and {@code trace}, or the flag {@code trust_gating} is on. */
    GATING;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word. */
    public String key() {
        return key;
    }
}
