package io.taskgraph.policy.trust.settings;

import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import java.util.Optional;

/**
 * A key that a policy knows. Knowing it gives it no right: that do {@link Signers} and {@link AttestationRule}.
 *
 * @param name what the policy calls it by
 * @param key the key
 * @param keyid how signatures of its tool name it, if neither by this name nor by its fingerprint; empty: not otherwise
 * @param fromMillis from when it is valid, inclusive
 * @param untilMillis until when it is valid, exclusive; {@link #FOREVER}: without end
 * @param revoked whether it is not to be used any more, whatever its dates
 */
public record TrustKey(
        String name, VerifyingKey key, String keyid, long fromMillis, long untilMillis, boolean revoked) {
    /** No end. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** Whether a signature's hint means this key. */
    public boolean isMeant(String hint) {
        return hint.equals(name)
                || !keyid.isEmpty() && hint.equals(keyid)
                || hint.equals(key.fingerprint().toString())
                || hint.equals(key.fingerprint().hex());
    }

    /** Why its signatures do not count at a time; empty if they do. */
    public Optional<String> unusable(long nowMillis) {
        if (revoked) {
            return Optional.of("the key " + name + " is revoked");
        }
        if (nowMillis < fromMillis) {
            return Optional.of("the key " + name + " is valid only from " + Timestamps.write(fromMillis));
        }
        return nowMillis >= untilMillis
                ? Optional.of("the key " + name + " was valid until " + Timestamps.write(untilMillis))
                : Optional.empty();
    }
}
