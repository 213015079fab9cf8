package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import java.util.Set;

/**
 * A tool of an extension.
 *
 * @param name what agents call it by
 * @param inputSchema the digest of its descriptor: of the bytes of the JSON Schema of its arguments, as it is shipped
 * @param risk what calling it may do to the world
 */
public record Tool(String name, Digest inputSchema, Risk risk) {
    /** Whether an extension with these capabilities can have a tool of this risk. */
    boolean fits(Set<Capability> capabilities) {
        return switch (risk) {
            case READ -> capabilities.contains(Capability.READ);
            case WRITE -> capabilities.contains(Capability.WRITE);
            case EXEC -> capabilities.contains(Capability.EXEC);
            case DESTRUCTIVE -> capabilities.contains(Capability.WRITE) || capabilities.contains(Capability.EXEC);
        };
    }
}
