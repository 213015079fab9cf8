package io.taskgraph.policy.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
    /** How a digest is written in documents. */
    public static final Pattern WRITTEN = Pattern.compile("sha256:[0-9a-f]{64}");

    public static final String FORM = "sha256: and 64 lower-case hexadecimal digits";

    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /**
     * A digest.
     *
     * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
     */
    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 digest is 64 lower-case hexadecimal digits");
        }
    }

    /** The digest of some bytes. */
    public static Digest of(byte[] bytes) {
        try {
            return new Digest(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads {@code sha256:…}; empty if it is not of that form. */
    public static Optional<Digest> parse(String text) {
        return WRITTEN.matcher(text).matches()
                ? Optional.of(new Digest(text.substring(PREFIX.length())))
                : Optional.empty();
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    /** {@code sha256:…}. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
