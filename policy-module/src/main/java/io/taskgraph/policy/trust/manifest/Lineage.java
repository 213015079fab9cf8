package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Digest;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was admitted under one name so far, and what may follow it.
 *
 * @param name the extension's name
 * @param publisher whose name it is: that of the first version that was admitted
 * @param versions the digest of each admitted version, by the version as written; at least one
 * @param newest the version with the greatest precedence
 */
public record Lineage(String name, String publisher, SortedMap<String, Digest> versions, SemanticVersion newest) {
    /** Why a version may not follow. */
    public enum Bar {
        /** The name is another publisher's. */
        ANOTHER_PUBLISHER,
        /** The same version was admitted with other contents. */
        ANOTHER_DIGEST,
        /** It does not come after the newest one. */
        DOWNGRADE
    }

    /**
     * A refusal.
     *
     * @param bar why
     * @param message why, with the names and numbers; one sentence without a full stop
     */
    public record Refusal(Bar bar, String message) {}

    /** Copies the versions. */
    public Lineage {
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }

    /**
     * Why a version of this name may not follow; empty if it may, or was admitted already.
     *
     * @throws IllegalArgumentException if it has another name
     */
    public Optional<Refusal> bars(Manifest manifest, Digest digest) {
        if (!manifest.name().equals(name)) {
            throw new IllegalArgumentException("this is the lineage of " + name + ", not of " + manifest.name());
        }
        if (!publisher.equals(manifest.publisher())) {
            return Optional.of(new Refusal(
                    Bar.ANOTHER_PUBLISHER,
                    "the name " + name + " is " + publisher + "'s; " + manifest.publisher() + " must choose another"));
        }
        SemanticVersion version = manifest.version();
        Digest before = versions.get(version.text());
        if (before != null) {
            return before.equals(digest)
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            Bar.ANOTHER_DIGEST,
                            "version " + version + " of " + name + " was admitted as " + before + " and cannot become "
                                    + digest + "; give it a new version"));
        }
        return version.compareTo(newest) > 0
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Bar.DOWNGRADE,
                        "version " + version + " of " + name + " does not come after " + newest
                                + "; give it a later version"));
    }
}
