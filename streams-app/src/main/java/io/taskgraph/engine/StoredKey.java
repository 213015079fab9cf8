package io.taskgraph.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Keys of entries in a store of many runs: the run id, a zero byte (which no run id holds), the entry's key within the
 * run. So a run is one range of keys.
 */
public final class StoredKey {
    private static final byte SEPARATOR = 0;

    private StoredKey() {}

    /** What the keys of all of a run's entries begin with. */
    public static byte[] prefix(String runId) {
        byte[] utf8 = runId.getBytes(UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }

    /** The key of one entry, from its run's prefix. */
    public static byte[] of(byte[] prefix, byte[] entryKey) {
        byte[] key = Arrays.copyOf(prefix, prefix.length + entryKey.length);
        System.arraycopy(entryKey, 0, key, prefix.length, entryKey.length);
        return key;
    }

    /** The run that a stored key belongs to. */
    public static String runId(byte[] key) {
        return new String(key, 0, separator(key), UTF_8);
    }

    /** The entry's key within its run. */
    public static byte[] entryKey(byte[] key) {
        return Arrays.copyOfRange(key, separator(key) + 1, key.length);
    }

    private static int separator(byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (key[i] == SEPARATOR) {
                return i;
            }
        }
        throw new IllegalArgumentException("no key of a run's entry: it has no separator");
    }
}
