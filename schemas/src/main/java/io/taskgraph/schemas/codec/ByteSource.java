package io.taskgraph.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A range of bytes of Avro binary, read from its beginning. Whatever is not there is an {@link IllegalArgumentException}. */
final class ByteSource {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteSource(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** One byte. */
    byte one() {
        if (at == end) {
            throw new IllegalArgumentException("it ends before it is whole");
        }
        return bytes[at++];
    }

    /** Passes over zero bytes, at most so many, and says how many that were. */
    int zeros(int most) {
        int from = at;
        int to = Math.min(end, at + most);
        while (at < to && bytes[at] == 0) {
            at++;
        }
        return at - from;
    }

    long number() {
        byte b = one();
        if (b >= 0) {
            return b >>> 1 ^ -(b & 1);
        }
        long value = b & 0x7F;
        for (int shift = 7; shift < 64; shift += 7) {
            b = one();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a number is longer than ten bytes");
    }

    int integer() {
        long value = number();
        if (value != (int) value) {
            throw new IllegalArgumentException("a number of 32 bits is " + value);
        }
        return (int) value;
    }

    /** The length of what comes now, which is there. */
    int length() {
        long length = number();
        if (length < 0 || length > end - at) {
            throw new IllegalArgumentException(
                    "something is said to be " + length + " bytes long, and there are " + (end - at));
        }
        return (int) length;
    }

    /** How many items the next block of an array or map has, 0 at its end. None of ours takes less than a byte. */
    int count() {
        long count = number();
        if (count < 0) {
            count = -count;
            number(); // the block's size in bytes, for those who want to pass over it
        }
        if (count < 0 || count > end - at) {
            throw new IllegalArgumentException(
                    "a block of " + count + " items is said to be in " + (end - at) + " bytes");
        }
        return (int) count;
    }

    byte[] bytes(int length) {
        if (length > end - at) {
            throw new IllegalArgumentException("it ends before it is whole");
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    String text() {
        int length = length();
        at += length;
        return new String(bytes, at - length, length, UTF_8);
    }
}
