package io.taskgraph.engine;

import java.nio.charset.StandardCharsets;

/** Keys of a run's entries within the run: a letter for the kind, then the id in UTF-8. */
final class EntryKey {
    static final byte IDENTITY = 'i';
    static final byte HEADER = 'h';
    static final byte TASK = 't';
    static final byte MEMORY = 'm';

    static final byte[] OF_IDENTITY = {IDENTITY};
    static final byte[] OF_HEADER = {HEADER};

    private EntryKey() {}

    static byte[] of(byte kind, String id) {
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[utf8.length + 1];
        key[0] = kind;
        System.arraycopy(utf8, 0, key, 1, utf8.length);
        return key;
    }

    static String id(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    }
}
