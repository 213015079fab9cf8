package io.taskgraph.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Writes a run's entries canonically: fields in ascending order of their number, each as a key (number and wire type, as
 * in Protocol Buffers' encoding), default values left out. So a field that is added later does not change the bytes of
 * entries that do not use it, and released digests stay.
 */
final class EntryWriter {
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
            bytes(value);
        }
        return this;
    }

    /** Each element under the same field number; an empty list is left out. */
    EntryWriter texts(int field, Iterable<String> values) {
        return texts(field, values, v -> v);
    }

    /** A text of each element, under the same field number. */
    <T> EntryWriter texts(int field, Iterable<T> values, Function<T, String> text) {
        for (T v : values) {
            key(field, 2);
            bytes(text.apply(v));
            lastField = field - 1;
        }
        return this;
    }

    /** Each number under the same field number, zeros too; an empty list is left out. */
    EntryWriter numbers(int field, Iterable<Long> values) {
        return numbers(field, values, v -> v);
    }

    /** A number of each element, under the same field number, zeros too. */
    <T> EntryWriter numbers(int field, Iterable<T> values, ToLongFunction<T> number) {
        for (T one : values) {
            long v = number.applyAsLong(one);
            key(field, 0);
            varint(v << 1 ^ v >> 63);
            lastField = field - 1;
        }
        return this;
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

    private void bytes(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, buffer, length, utf8.length);
        length += utf8.length;
    }

    private void varint(long v) {
        room(10);
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
