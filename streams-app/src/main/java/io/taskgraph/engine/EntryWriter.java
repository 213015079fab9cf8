package io.taskgraph.engine;

import java.nio.charset.StandardCharsets;
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
            bytes(value, 0);
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
        bytes(value, from);
        lastField = field - 1;
    }

    byte[] done() {
        byte[] out = Arrays.copyOf(buffer, length);
        length = 0;
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

    /** Most texts are ids of plain characters, whose UTF-8 needs no array of its own. */
    private void bytes(String s, int from) {
        int chars = s.length() - from;
        if (chars <= PLAIN) {
            room(chars + 1);
            int at = length;
            buffer[at++] = (byte) chars;
            int i = 0;
            for (; i < chars; i++) {
                char c = s.charAt(from + i);
                if (c > 0x7F) {
                    break;
                }
                buffer[at++] = (byte) c;
            }
            if (i == chars) {
                length = at;
                return;
            }
        }
        byte[] utf8 = s.substring(from).getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, buffer, length, utf8.length);
        length += utf8.length;
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
