package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What may be used.
 *
 * @param extension the extension's name
 * @param version which version
 * @param digest the digest of its manifest
 * @param tools the risk of each tool that may be called, by its name
 * @param capabilities what may be done, in the order of {@link Capability}
 * @param untilMillis until when, exclusive: when the first key or statement that it rests on runs out; {@code
 *     TrustKey.FOREVER}: none does
 */
public record Grant(
        String extension,
        SemanticVersion version,
        Digest digest,
        SortedMap<String, Risk> tools,
        Set<Capability> capabilities,
        long untilMillis) {
    /** Copies the tools. */
    public Grant {
        tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools));
    }
}
