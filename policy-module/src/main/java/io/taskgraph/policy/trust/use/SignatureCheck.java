package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.Digest;
import java.util.Optional;

/**
 * What came of looking at one signature.
 *
 * @param keyid the hint it came with; possibly empty
 * @param outcome what came of it
 * @param key the fingerprint of the key that it is by; only of those that verify
 */
public record SignatureCheck(String keyid, Outcome outcome, Optional<Digest> key) {
    /** What can come of a signature. */
    public enum Outcome {
        /** It verifies under a known key. */
        VALID,
        /** It verifies, as one before it did under the same key; it does not count again. */
        REPEATED,
        /** It verifies under none of the keys that it may be meant to be by. */
        WRONG,
        /** Its hint means no key that is known. */
        UNKNOWN_KEY,
        /** Too many keys were tried already; a hint would have named the one. */
        NOT_TRIED
    }
}
