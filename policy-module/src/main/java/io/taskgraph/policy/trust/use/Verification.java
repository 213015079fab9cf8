package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.manifest.Manifest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What cryptography has to say about a version of an extension: who signed what. It depends on the bytes and the keys that were
 * tried and on nothing else: not on the time, not on what was revoked, not on who may sign. So it is made once and kept; all of
 * that is asked later, of this value, and costs no cryptography. Two of the same bytes and keys are equal.
 *
 * @param digest of the manifest's bytes, which names the version; empty if there is no envelope to read
 * @param manifest the manifest; empty if it cannot be read
 * @param envelopeProblems why the envelope is none of a manifest
 * @param manifestProblems why the manifest cannot be read
 * @param signatures what came of each of its signatures, in their order
 * @param attestations what came of each attestation, in their order
 */
public record Verification(
        Optional<Digest> digest,
        Optional<Manifest> manifest,
        List<String> envelopeProblems,
        List<String> manifestProblems,
        List<SignatureCheck> signatures,
        List<AttestationCheck> attestations) {
    /** Copies the lists. */
    public Verification {
        envelopeProblems = List.copyOf(envelopeProblems);
        manifestProblems = List.copyOf(manifestProblems);
        signatures = List.copyOf(signatures);
        attestations = List.copyOf(attestations);
    }

    /** The fingerprints of the keys that it is signed by. */
    public SortedSet<Digest> signedBy() {
        return signedBy(signatures);
    }

    static SortedSet<Digest> signedBy(List<SignatureCheck> signatures) {
        SortedSet<Digest> keys = new TreeSet<>();
        signatures.forEach(s -> s.key().ifPresent(keys::add));
        return Collections.unmodifiableSortedSet(keys);
    }
}
