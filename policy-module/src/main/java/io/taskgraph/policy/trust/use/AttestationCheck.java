package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.attest.Statement;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What came of looking at one attestation.
 *
 * @param statement what it says; empty if it cannot be read
 * @param problems why it cannot
 * @param signatures what came of each of its signatures
 */
public record AttestationCheck(Optional<Statement> statement, List<String> problems, List<SignatureCheck> signatures) {
    /** Copies the lists. */
    public AttestationCheck {
        problems = List.copyOf(problems);
        signatures = List.copyOf(signatures);
    }

    /** The fingerprints of the keys that it is signed by. */
    public SortedSet<Digest> signedBy() {
        return Verification.signedBy(signatures);
    }
}
