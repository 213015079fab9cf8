package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.settings.Operators;
import java.util.Optional;

/**
 * Whose word a message is, as its signature proves.
 *
 * @param outcome what came of looking at the signature
 * @param owned the key that the signature names, and whose it is; of {@link Outcome#PROVED} and {@link Outcome#NOT_VALID}
 *     it is proved that this key signed
 * @param detail why not, as a part of a sentence; empty if it is proved
 */
public record AuthorCheck(Outcome outcome, Optional<Operators.Owned> owned, String detail) {
    /** What can come of it. */
    public enum Outcome {
        /** The operator's key signed exactly this message, and counts at that time. */
        PROVED,
        /** There is no signature. */
        UNSIGNED,
        /** The signature names a key that no operator has. */
        UNKNOWN_KEY,
        /** The signature is not one of this message by the key that it names. */
        WRONG,
        /** The key signed it, and does not count at that time: before or after its dates, or revoked. */
        NOT_VALID
    }
}
