package io.taskgraph.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A multiset hash over a run's serialized entries: the sum, modulo 2^256, of the SHA-256 of each (key, value). Adding and
 * taking away an entry costs one hash, whatever the size of the run, and the order of entries does not matter (Bellare
 * and Micciancio, "A new paradigm for collision-free hashing", EUROCRYPT 1997, AdHash; Clarke et al., ASIACRYPT 2003).
 * It finds divergence; what resists a forger is the hash chain over the decisions, see docs/architecture/digests.md.
 */
public final class StateDigest {
    /** Size in bytes. */
    public static final int BYTES = 32;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private long a;
    private long b;
    private long c;
    private long d;

    /** The hash of one entry: four big-endian words, a the most significant. */
    public record EntryHash(long a, long b, long c, long d) {
        /** Of 32 bytes. */
        static EntryHash of(byte[] sha) {
            return new EntryHash((long) WORD.get(sha, 0), (long) WORD.get(sha, 8), (long) WORD.get(sha, 16), (long)
                    WORD.get(sha, 24));
        }
    }

    /** SHA-256 of the key's length in four bytes, the key and the value; costs their size. */
    public static EntryHash hash(byte[] key, byte[] value) {
        return Sealing.hash(key, value);
    }

    /** Adds an entry. */
    public void add(EntryHash h) {
        add(h.a, h.b, h.c, h.d);
    }

    private void add(long ha, long hb, long hc, long hd) {
        long sum = d + hd;
        long carry = Long.compareUnsigned(sum, d) < 0 ? 1 : 0;
        d = sum;
        carry = addTo(2, hc, carry);
        carry = addTo(1, hb, carry);
        a += ha + carry;
    }

    /** Adds to word c (2) or b (1) with carry in, gives carry out. */
    private long addTo(int word, long x, long carry) {
        long w = word == 2 ? c : b;
        long sum = w + x;
        long out = Long.compareUnsigned(sum, w) < 0 ? 1 : 0;
        long total = sum + carry;
        if (Long.compareUnsigned(total, sum) < 0) {
            out = 1;
        }
        if (word == 2) {
            c = total;
        } else {
            b = total;
        }
        return out;
    }

    /** Takes away what was added: adds the two's complement. */
    public void subtract(EntryHash h) {
        long nd = ~h.d + 1;
        long k = h.d == 0 ? 1 : 0;
        long nc = ~h.c + k;
        k = k == 1 && h.c == 0 ? 1 : 0;
        long nb = ~h.b + k;
        k = k == 1 && h.b == 0 ? 1 : 0;
        add(~h.a + k, nb, nc, nd);
    }

    /** 32 bytes, big-endian. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    /** The same as a number. */
    BigInteger toNumber() {
        return new BigInteger(1, toBytes());
    }
}
