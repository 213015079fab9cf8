package io.taskgraph.policy.trust.dsse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Bytes that do not change and are compared by what they are. */
public final class Bytes {
    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these bytes. */
    public static Bytes of(byte[] bytes) {
        return new Bytes(bytes.clone());
    }

    /**
     * Reads base64 (RFC 4648), the standard or the URL-safe alphabet, as DSSE asks of whoever verifies. It must be written
     * in the one way that encoding gives: with its padding, and no bit set that no byte has. Empty if it is not.
     */
    static Optional<Bytes> ofBase64(String text) {
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        byte[] decoded;
        try {
            decoded = (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder())
                    .decode(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String again = (urlSafe ? Base64.getUrlEncoder() : Base64.getEncoder()).encodeToString(decoded);
        return again.equals(text) ? Optional.of(new Bytes(decoded)) : Optional.empty();
    }

    /** A copy of them. */
    public byte[] toArray() {
        return bytes.clone();
    }

    /** How many there are. */
    public int length() {
        return bytes.length;
    }

    /** In base64's standard alphabet, with padding. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Without a copy: for readers that are known not to change them. */
    byte[] uncopied() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** How many there are, not which: they may be long, or nobody's business. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
