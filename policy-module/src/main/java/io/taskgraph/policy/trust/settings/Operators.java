package io.taskgraph.policy.trust.settings;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The operators that a policy names. Where it names some, a directive counts only with the signature of one of them. */
public final class Operators {
    /** Nobody is named: directives count as whoever may write their topic says them. */
    public static final Operators NONE = new Operators(Collections.emptySortedMap());

    private final SortedMap<String, Operator> byName;
    private final Map<String, Owned> byFingerprint = new HashMap<>();

    /**
     * A key and whose it is.
     *
     * @param operator the owner
     * @param key one of the owner's keys
     */
    public record Owned(Operator operator, TrustKey key) {}

    /** Of keys that several have the first operator's counts; a policy in which one has two owners is refused. */
    public Operators(SortedMap<String, Operator> byName) {
        this.byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
        for (Operator operator : this.byName.values()) {
            operator.keys()
                    .values()
                    .forEach(key ->
                            byFingerprint.putIfAbsent(key.key().fingerprint().toString(), new Owned(operator, key)));
        }
    }

    /** By name; empty: nobody is named. */
    public SortedMap<String, Operator> byName() {
        return byName;
    }

    /** Whether anybody is named. */
    public boolean named() {
        return !byName.isEmpty();
    }

    /** The key of that fingerprint ({@code sha256:…}). */
    public Optional<Owned> key(String fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Operators that && byName.equals(that.byName);
    }

    @Override
    public int hashCode() {
        return byName.hashCode();
    }

    @Override
    public String toString() {
        return byName.keySet().toString();
    }
}
