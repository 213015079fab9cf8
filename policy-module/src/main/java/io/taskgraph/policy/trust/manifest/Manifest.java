package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

    /**
     * How what an agent serves differs from this manifest: tools that are missing, that nobody signed, or whose descriptor is
     * another.
     *
     * @param served the digests of the descriptors that an agent loaded, by the tools' names
     * @return one sentence a difference, by the tools' names; empty: it is what was signed
     */
    public List<String> differences(Map<String, Digest> served) {
        SortedMap<String, String> found = new TreeMap<>();
        tools.forEach((tool, signed) -> {
            Digest digest = served.get(tool);
            if (digest == null) {
                found.put(tool, "the tool " + tool + " is signed and not served");
            } else if (!digest.equals(signed.inputSchema())) {
                found.put(
                        tool,
                        "the tool " + tool + " is served with the descriptor " + digest + ", signed is "
                                + signed.inputSchema());
            }
        });
        served.forEach((tool, digest) -> {
            if (!tools.containsKey(tool)) {
                found.put(tool, "the tool " + tool + " is served and not signed");
            }
        });
        return List.copyOf(new ArrayList<>(found.values()));
    }
}
