package io.taskgraph.policy.contract;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which reports of regression gates a run asks for; where the flag {@code regression_gates} is on.
 *
 * @param required sets of gates of which a passing report must be on record before a run whose work is over counts as completed
 */
public record GatesPolicy(SortedSet<String> required) {
    /** What a document gets that leaves the section out. */
    public static final GatesPolicy DEFAULT = new GatesPolicy(new TreeSet<>());

    /** Keeps the sets in order. */
    public GatesPolicy {
        required = Collections.unmodifiableSortedSet(new TreeSet<>(required));
    }
}
