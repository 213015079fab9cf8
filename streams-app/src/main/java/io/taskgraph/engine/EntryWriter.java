package io.taskgraph.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Writes a run's entries canonically: fields in ascending order of their number, each as a key (number and wire type, as
 * in Protocol Buffers' encoding), default values left out. So a field that is added later does not change the bytes of
 * entries that do not use it, and released digests stay.
 */
final class EntryWriter {
    /** So many bytes have a length of one byte. */
    private static final int PLAIN = 0x7F;

    /** So many bytes a number has at the most. */
    private static final int LONGEST = 10;

    private byte[] buffer = new byte[256];
    private int length;
    private int lastField;
    /** Where the value begins that is being written: behind the key, if it has one. */
    private int value;

    /** Begins an entry with its key; the value is written behind it. */
    EntryWriter entry(byte kind, String id) {
        length = Integer.BYTES;
        room(id.length() + 1);
        buffer[length++] = kind;
        if (!plain(id, 0, length)) {
            bytes(id.getBytes(StandardCharsets.UTF_8));
        } else {
            length += id.length();
        }
        return keyIsDone();
    }

    /** The same, of a key that is there. */
    EntryWriter entry(byte[] key) {
        length = Integer.BYTES;
        return bytes(key).keyIsDone();
    }

    /** Its length stands before it, so that no two entries are one row of bytes. */
    private EntryWriter keyIsDone() {
        int key = length - Integer.BYTES;
        buffer[0] = (byte) (key >>> 24);
        buffer[1] = (byte) (key >>> 16);
        buffer[2] = (byte) (key >>> 8);
        buffer[3] = (byte) key;
        value = length;
        lastField = 0;
        return this;
    }

    /** Gives the entry that was begun to a hash: the key's length, the key and the value. */
    void hashInto(MessageDigest hash) {
        hash.update(buffer, 0, length);
    }

    /** The entry that was begun, as it is stored. */
    EntryChange change() {
        return new EntryChange(
                Arrays.copyOfRange(buffer, Integer.BYTES, value), Arrays.copyOfRange(buffer, value, length));
    }

    EntryWriter number(int field, long value) {
        if (value != 0) {
            key(field, 0);
            varint(value << 1 ^ value >> 63);
        }
        return this;
    }

    /** Leaves out null; an empty text is kept. */
    EntryWriter text(int field, String value) {
        if (value != null) {
            key(field, 2);
            text(value, 0);
        }
        return this;
    }

    /** Each element under the same field number; an empty list is left out. */
    EntryWriter texts(int field, Iterable<String> values) {
        for (String v : values) {
            oneMoreText(field, v, 0);
        }
        return this;
    }

    /** A text of each element, under the same field number. */
    <T> EntryWriter texts(int field, Iterable<T> values, Function<T, String> text) {
        for (T v : values) {
            oneMoreText(field, text.apply(v), 0);
        }
        return this;
    }

    /** Each number under the same field number, zeros too; an empty list is left out. */
    EntryWriter numbers(int field, Iterable<Long> values) {
        for (long v : values) {
            oneMore(field, v);
        }
        return this;
    }

    /** One number of several under the same field number, zero too. */
    void oneMore(int field, long value) {
        key(field, 0);
        varint(value << 1 ^ value >> 63);
        lastField = field - 1;
    }

    /** One text of several under the same field number: what follows its first characters. */
    void oneMoreText(int field, String value, int from) {
        key(field, 2);
        text(value, from);
        lastField = field - 1;
    }

    /** Bytes as they are. */
    EntryWriter bytes(byte[] raw) {
        return bytes(raw, 0, raw.length);
    }

    /** So many of those bytes as they are. */
    EntryWriter bytes(byte[] raw, int from, int count) {
        room(count);
        System.arraycopy(raw, from, buffer, length, count);
        length += count;
        return this;
    }

    /** How much was written so far. */
    int length() {
        return length;
    }

    /** What was written since, in this array if it has room for it. */
    byte[] copySince(int begin, byte[] into) {
        int count = length - begin;
        byte[] to = into.length < count ? new byte[2 * count] : into;
        System.arraycopy(buffer, begin, to, 0, count);
        return to;
    }

    /** The value that was written, alone. */
    byte[] done() {
        byte[] out = Arrays.copyOfRange(buffer, value, length);
        length = 0;
        value = 0;
        lastField = 0;
        return out;
    }

    private void key(int field, int wireType) {
        if (field <= lastField) {
            throw new IllegalStateException("field " + field + " written after field " + lastField);
        }
        lastField = field;
        varint((long) field << 3 | wireType);
    }

    /** A text behind its length. */
    private void text(String s, int from) {
        int chars = s.length() - from;
        if (chars <= PLAIN) {
            room(chars + 1);
            if (plain(s, from, length + 1)) {
                buffer[length] = (byte) chars;
                length += chars + 1;
                return;
            }
        }
        byte[] utf8 = s.substring(from).getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        bytes(utf8);
    }

    /** Most texts are ids of plain characters, whose UTF-8 needs no array of its own. There is room for one byte each. */
    private boolean plain(String s, int from, int to) {
        int chars = s.length() - from;
        for (int i = 0; i < chars; i++) {
            char c = s.charAt(from + i);
            if (c > 0x7F) {
                return false;
            }
            buffer[to + i] = (byte) c;
        }
        return true;
    }

    private void varint(long v) {
        room(LONGEST);
        if ((v & ~0x7FL) == 0) {
            buffer[length++] = (byte) v;
            return;
        }
        while ((v & ~0x7FL) != 0) {
            buffer[length++] = (byte) (v & 0x7F | 0x80);
            v >>>= 7;
        }
        buffer[length++] = (byte) v;
    }

    private void room(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
