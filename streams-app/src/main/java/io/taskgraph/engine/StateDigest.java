package io.taskgraph.engine;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A multiset hash over a run's serialized entries: the sum, modulo 2^256, of the SHA-256 of each (key, value). Adding and
 * taking away an entry costs one hash, whatever the size of the run, and the order of entries does not matter (Bellare
 * and Micciancio, "A new paradigm for collision-free hashing", EUROCRYPT 1997, AdHash; Clarke et al., ASIACRYPT 2003).
 * It finds divergence; what resists a forger is the hash chain over the decisions, see docs/architecture/digests.md.
 */
public final class StateDigest {
    /** Size in bytes. */
    public static final int BYTES = 32;

    private long a;
    private long b;
    private long c;
    private long d;

    /** The hash of one entry: four big-endian words, a the most significant. */
    public record EntryHash(long a, long b, long c, long d) {}

    /** Hashes one entry; costs its size. */
    public static EntryHash hash(byte[] key, byte[] value) {
        return Hasher.OF_THREAD.get().hash(key, value);
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

    /**
     * SHA-256 of entries, one instance a thread: creating one costs more than hashing a small entry. What is hashed is put
     * together first, as one piece, for most entries are small and each further call costs as much as a block of them.
     */
    private static final class Hasher {
        static final ThreadLocal<Hasher> OF_THREAD = ThreadLocal.withInitial(Hasher::new);

        /** Longer entries get an array of their own. */
        private static final int KEPT_BYTES = 4096;

        private final MessageDigest sha;
        private final byte[] kept = new byte[KEPT_BYTES];
        private final byte[] result = new byte[BYTES];
        private final ByteBuffer words = ByteBuffer.wrap(result);

        Hasher() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        /** Of the key's length in four bytes, the key and the value. */
        EntryHash hash(byte[] key, byte[] value) {
            int length = Integer.BYTES + key.length + value.length;
            byte[] whole = length <= KEPT_BYTES ? kept : new byte[length];
            whole[0] = (byte) (key.length >>> 24);
            whole[1] = (byte) (key.length >>> 16);
            whole[2] = (byte) (key.length >>> 8);
            whole[3] = (byte) key.length;
            System.arraycopy(key, 0, whole, Integer.BYTES, key.length);
            System.arraycopy(value, 0, whole, Integer.BYTES + key.length, value.length);
            sha.reset();
            sha.update(whole, 0, length);
            try {
                sha.digest(result, 0, BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException("a SHA-256 has 32 bytes", e);
            }
            return new EntryHash(words.getLong(0), words.getLong(8), words.getLong(16), words.getLong(24));
        }
    }
}
