package io.taskgraph.policy.trust.settings;

import io.taskgraph.policy.document.Glob;
import io.taskgraph.policy.trust.TrustLevel;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may sign which manifests: so many of some keys.
 *
 * @param name what the policy calls them by
 * @param publishers patterns of the publishers whose manifests they may sign, sorted; at least one
 * @param names patterns of the extensions' names that they may sign, sorted; at least one
 * @param keys the names of their keys; at least one
 * @param threshold how many different ones of the keys must have signed, from 1 to their number
 * @param confers the most that their signatures make an extension trusted
 */
public record Signers(
        String name,
        List<String> publishers,
        List<String> names,
        SortedSet<String> keys,
        int threshold,
        TrustLevel confers) {
    /** Copies and sorts. */
    public Signers {
        publishers = publishers.stream().sorted().distinct().toList();
        names = names.stream().sorted().distinct().toList();
        keys = Collections.unmodifiableSortedSet(new TreeSet<>(keys));
    }

    /** Whether they may sign a manifest of this publisher and name. */
    public boolean cover(String publisher, String extension) {
        return publishers.stream().anyMatch(p -> Glob.matches(p, publisher))
                && names.stream().anyMatch(n -> Glob.matches(n, extension));
    }
}
