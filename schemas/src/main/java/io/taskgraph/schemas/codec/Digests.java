package io.taskgraph.schemas.codec;

import io.taskgraph.avro.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as the {@link Digest} that our records carry. All methods are safe for any thread. */
public final class Digests {
    /** How many bytes a digest has. */
    public static final int BYTES = 32;

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Digests::newSha256);

    private Digests() {}

    /** A digest of zeros: no state, no predecessor. A new one each time, for digests can be changed. */
    public static Digest zero() {
        return new Digest(new byte[BYTES]);
    }

    /** SHA-256 of the buffer's remaining bytes; its position is left as it is. */
    public static Digest sha256(ByteBuffer bytes) {
        MessageDigest digest = SHA_256.get();
        digest.update(bytes.duplicate());
        return new Digest(digest.digest());
    }

    /** SHA-256 of those bytes. */
    public static Digest sha256(byte[] bytes) {
        return new Digest(SHA_256.get().digest(bytes));
    }

    /** SHA-256 of a part of those bytes, as 32 bytes. */
    public static byte[] sha256(byte[] bytes, int from, int length) {
        MessageDigest digest = SHA_256.get();
        digest.update(bytes, from, length);
        return digest.digest();
    }

    /**
     * What the next decision's {@code previousHash} has to be: SHA-256 over the Avro payload of this record.
     *
     * @param record a whole record in {@link WireFormat}
     * @throws UnreadableRecordException of kind {@code NOT_FRAMED}, if it is not
     */
    public static Digest ofRecord(byte[] record) {
        WireFormat.schemaId(record);
        MessageDigest digest = SHA_256.get();
        digest.update(record, WireFormat.HEADER_BYTES, record.length - WireFormat.HEADER_BYTES);
        return new Digest(digest.digest());
    }

    /** In lower-case hex, 64 digits. */
    public static String hex(Digest digest) {
        return HexFormat.of().formatHex(digest.bytes());
    }

    /**
     * The digest of those 64 hex digits.
     *
     * @throws IllegalArgumentException if they are not 64 hex digits
     */
    public static Digest parse(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("A digest has 64 hex digits, not " + hex.length() + ".");
        }
        return new Digest(bytes);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
