package io.taskgraph.policy.trust;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whom a policy trusts, and how far.
 *
 * @param ifNotNamed the level of whatever is not named
 * @param agentTypes levels by agent type
 * @param publishers levels by the publisher of an extension
 */
public record TrustSettings(
        TrustLevel ifNotNamed, SortedMap<String, TrustLevel> agentTypes, SortedMap<String, TrustLevel> publishers) {
    /** Nobody is trusted. */
    public static final TrustSettings DEFAULT =
            new TrustSettings(TrustLevel.UNTRUSTED, Collections.emptySortedMap(), Collections.emptySortedMap());

    /** Copies the maps. */
    public TrustSettings {
        agentTypes = Collections.unmodifiableSortedMap(new TreeMap<>(agentTypes));
        publishers = Collections.unmodifiableSortedMap(new TreeMap<>(publishers));
    }
}
