package io.taskgraph.schemas.codec;

import java.io.OutputStream;
import java.util.Arrays;

/** A growing array of bytes, without the locks of {@link java.io.ByteArrayOutputStream}. For one thread at a time. */
final class ByteSink extends OutputStream {
    /** What is kept between uses; a larger array, from one exceptional record, is let go. */
    private static final int KEPT_BYTES = 1024 * 1024;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Empties it. */
    void reset() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[1024];
        }
    }

    @Override
    public void write(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int count) {
        int needed = Math.addExact(length, count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
    }
}
