package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who asks to use an extension, and when.
 *
 * @param agentType the type of the agent; empty: it has none
 * @param pins what the run itself pins, as {@code TrustSettings} does; the policy's pins hold beside them
 * @param nowMillis the time of the decision
 */
public record UseQuestion(String agentType, SortedMap<String, SortedMap<String, Digest>> pins, long nowMillis) {
    /** Copies the pins. */
    public UseQuestion {
        SortedMap<String, SortedMap<String, Digest>> pinned = new TreeMap<>();
        pins.forEach((name, versions) -> pinned.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(versions))));
        pins = Collections.unmodifiableSortedMap(pinned);
    }

    /** A question of a run that pins nothing. */
    public static UseQuestion of(String agentType, long nowMillis) {
        return new UseQuestion(agentType, Collections.emptySortedMap(), nowMillis);
    }
}
