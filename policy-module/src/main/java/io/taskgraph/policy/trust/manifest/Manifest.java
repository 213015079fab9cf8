package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an extension says of itself. It is a claim until signatures, pins and the policy have been looked at; how far it is
 * trusted never stands in it.
 *
 * @param kind what it is
 * @param name what everybody calls it by
 * @param version which of its versions this is
 * @param description one line for a person; possibly empty
 * @param publisher who says that they made it
 * @param riskProfile how much it may ask for
 * @param requiredTrust the least level of a context that it is made for
 * @param capabilities what it asks for: at most what its profile and kind give
 * @param tools its tools, by name
 * @param artifacts the digests of what is installed, by file name; at least one
 * @param tags words to find it by, in the order of the manifest
 */
public record Manifest(
        ExtensionKind kind,
        String name,
        SemanticVersion version,
        String description,
        String publisher,
        RiskProfile riskProfile,
        TrustLevel requiredTrust,
        Set<Capability> capabilities,
        SortedMap<String, Tool> tools,
        SortedMap<String, Digest> artifacts,
        List<String> tags) {
    /** The version of the format. */
    public static final int SCHEMA_VERSION = 1;

    /** Copies the collections; capabilities are in the order of {@link Capability}. */
    public Manifest {
        Set<Capability> asked = EnumSet.noneOf(Capability.class);
        asked.addAll(capabilities);
        capabilities = Collections.unmodifiableSet(asked);
        tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools));
        artifacts = Collections.unmodifiableSortedMap(new TreeMap<>(artifacts));
        tags = List.copyOf(tags);
    }
}
