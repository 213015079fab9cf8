package io.taskgraph.engine;

import io.taskgraph.avro.RevocationTarget;
import java.util.Locale;

/**
 * A digest that the registry has revoked. Nothing takes it out again.
 *
 * @param id the target in lower case, a slash and the digest
 * @param sequence the decision that revoked it
 */
record RevokedDigest(String id, long sequence) {
    static final Table.Kind<RevokedDigest> ENTRY =
            new Table.Kind<>((byte) 'V', "revoked digest", (out, r) -> out.number(1, r.sequence), (id, in) -> {
                long[] n = in.numbersTo(2);
                return new RevokedDigest(id, n[1]);
            });

    static String id(RevocationTarget target, String digest) {
        return prefix(target) + digest;
    }

    static String prefix(RevocationTarget target) {
        return target.name().toLowerCase(Locale.ROOT) + "/";
    }

    /** The digest as it is written. */
    String digest() {
        return id.substring(id.indexOf('/') + 1);
    }
}
