package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Capability;
import java.util.Optional;

/** What an extension is. */
public enum ExtensionKind {
    /** Tools that an agent calls. */
    TOOLPACK("toolpack", null),
    /** Code that is loaded into an agent's process. */
    PLUGIN("plugin", Capability.PLUGIN),
    /** Code that an agent's own loop calls. */
    HOOK("hook", Capability.HOOK),
    /** A server that speaks the Model Context Protocol. */
    MCP_SERVER("mcp-server", null);

    private final String key;
    private final Capability own;

    ExtensionKind(String key, Capability own) {
        this.key = key;
        this.own = own;
    }

    /** Its word in a document. */
    public String key() {
        return key;
    }

    /** The capability that goes with the kind whatever the risk profile: whoever is one has it and must ask for it. */
    public Optional<Capability> own() {
        return Optional.ofNullable(own);
    }
}
