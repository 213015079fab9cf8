package io.taskgraph.engine;

import java.nio.charset.StandardCharsets;

/** Reads what {@link EntryWriter} wrote, field by field; unknown fields can be passed over. */
final class EntryReader {
    private final byte[] bytes;
    private int at;
    private int wireType;

    EntryReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The next field's number, or 0 at the end. */
    int next() {
        if (at == bytes.length) {
            return 0;
        }
        long key = varint();
        wireType = (int) (key & 7);
        return (int) (key >>> 3);
    }

    long number() {
        expect(0);
        long v = varint();
        return v >>> 1 ^ -(v & 1);
    }

    String text() {
        expect(2);
        int n = size();
        String s = new String(bytes, at, n, StandardCharsets.UTF_8);
        at += n;
        return s;
    }

    /** The rest, of which the numbers of fields below {@code bound} are kept, by field; other fields are passed over. */
    long[] numbersTo(int bound) {
        long[] n = new long[bound];
        for (int f = next(); f != 0; f = next()) {
            if (f < bound && wireType == 0) {
                n[f] = number();
            } else {
                skip();
            }
        }
        return n;
    }

    void skip() {
        if (wireType == 0) {
            varint();
        } else {
            expect(2);
            at += size();
        }
    }

    private int size() {
        long n = varint();
        if (n < 0 || n > bytes.length - at) {
            throw new IllegalArgumentException("entry ends within a field at byte " + at);
        }
        return (int) n;
    }

    private void expect(int type) {
        if (wireType != type) {
            throw new IllegalArgumentException("entry has wire type " + wireType + " at byte " + at);
        }
    }

    private long varint() {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == bytes.length) {
                throw new IllegalArgumentException("entry ends within a number at byte " + at);
            }
            byte b = bytes[at++];
            v |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new IllegalArgumentException("entry has a number of more than 64 bits at byte " + at);
    }
}
