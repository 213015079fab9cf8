package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.Digest;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was revoked. It only grows: nothing takes a digest out again.
 *
 * @param versions the digests of manifests
 * @param artifacts the digests of artifacts
 * @param keys the fingerprints of keys
 */
public record Revocations(Set<Digest> versions, Set<Digest> artifacts, Set<Digest> keys) {
    /** Nothing was revoked. */
    public static final Revocations NONE = new Revocations(Set.of(), Set.of(), Set.of());

    /** Copies the sets, in order. */
    public Revocations {
        versions = Collections.unmodifiableSet(new TreeSet<>(versions));
        artifacts = Collections.unmodifiableSet(new TreeSet<>(artifacts));
        keys = Collections.unmodifiableSet(new TreeSet<>(keys));
    }
}
