package io.taskgraph.query;

import io.taskgraph.avro.Cause;
import io.taskgraph.avro.Proof;
import java.util.ArrayList;
import java.util.List;

/** Who said something, for people: with the key that proves it, or as what the sender calls itself. */
public final class Said {
    /** How many characters of a fingerprint are shown: enough to tell a policy's keys apart. */
    private static final int SHOWN = "sha256:".length() + 12;

    private Said() {}

    /**
     * Who says it.
     *
     * @param name not empty
     * @param fingerprint of the key that proves it; empty: it is only said
     */
    public static String by(String name, String fingerprint) {
        return fingerprint.isEmpty()
                ? name + ", as it says itself"
                : name + ", proved by key " + fingerprint.substring(0, Math.min(SHOWN, fingerprint.length()));
    }

    /** Who said what a decision was made on; empty: nobody, or somebody without a name. */
    public static String by(Cause cause) {
        return cause.getActor().isEmpty() ? "" : by(cause.getActor(), fingerprint(cause));
    }

    /** Several, separated by semicolons. */
    public static String by(List<String> names, List<String> fingerprints) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            all.add(by(names.get(i), i < fingerprints.size() ? fingerprints.get(i) : ""));
        }
        return String.join("; ", all);
    }

    /** The fingerprint of the key that proves who said it; empty: it is only said. */
    static String fingerprint(Cause cause) {
        Proof proof = cause.getProof();
        return proof == null ? "" : proof.getFingerprint();
    }
}
