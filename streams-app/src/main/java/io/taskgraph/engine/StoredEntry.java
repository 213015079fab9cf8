package io.taskgraph.engine;

import java.util.Arrays;

/** What the digest and the chain see of an entry as it is stored, so that entries can be checked without the run they make. */
public final class StoredEntry {
    private StoredEntry() {}

    /**
     * What the entry adds to the state digest. The header is stored with the chain's head behind it, which is no part of it.
     *
     * @throws IllegalArgumentException if it is a header too short to be one
     */
    public static StateDigest.EntryHash hash(byte[] key, byte[] value) {
        if (!isHeader(key)) {
            return StateDigest.hash(key, value);
        }
        checked(value);
        return StateDigest.hash(key, Entries.headerPart(value));
    }

    /** Whether it is the run's header, of which there is one. */
    public static boolean isHeader(byte[] key) {
        return Arrays.equals(key, EntryKey.OF_HEADER);
    }

    /**
     * The hash of the run's last decision, out of its header.
     *
     * @throws IllegalArgumentException if it is too short to be a header
     */
    public static byte[] chainHead(byte[] header) {
        checked(header);
        return Entries.hashPart(header);
    }

    private static void checked(byte[] header) {
        if (header.length < StateDigest.BYTES) {
            throw new IllegalArgumentException("a run's header has " + header.length + " bytes and cannot be one");
        }
    }
}
