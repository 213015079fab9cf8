package io.taskgraph.engine;

import io.taskgraph.engine.StateDigest.EntryHash;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;

/**
 * Writes and hashes the entries of a run that changed, and brings its digest up to date with them. An entry is hashed where
 * it was written: only one that is to be stored gets arrays of its own.
 */
final class Sealing {
    /** One a thread: its buffer stays near the processor, and to create a SHA-256 costs more than to hash a small entry. */
    private static final ThreadLocal<Sealing.Bench> OF_THREAD = ThreadLocal.withInitial(Bench::new);

    private final Bench bench = OF_THREAD.get();
    private final StateDigest digest;
    private final List<EntryChange> changes;

    /**
     * Nothing sealed yet.
     *
     * @param digest to be brought up to date
     * @param changes gets what is to be stored; null: nobody stores it
     */
    Sealing(StateDigest digest, List<EntryChange> changes) {
        this.digest = digest;
        this.changes = changes;
    }

    /** Begins an entry; its value is to be written next, and then one of the methods below told that it is. */
    EntryWriter entry(byte kind, String id) {
        return bench.out.entry(kind, id);
    }

    /** The entry of that id stands as it was just written. One that changed and changed back is not stored. */
    void written(Map<String, EntryHash> hashes, String id) {
        EntryHash now = bench.hash();
        // One look-up: to put the same again changes nothing.
        written(hashes.put(id, now), now);
    }

    /**
     * The same of an entry of which a run has one.
     *
     * @param before its hash as last sealed, or null
     * @return its hash
     */
    EntryHash written(EntryHash before) {
        EntryHash now = bench.hash();
        written(before, now);
        return now;
    }

    private void written(EntryHash before, EntryHash now) {
        if (!now.equals(before)) {
            replace(before, now);
            if (changes != null) {
                changes.add(bench.out.change());
            }
        }
    }

    /** The same of one that is hashed here, and stored in another form. */
    EntryHash hashed(EntryHash before) {
        EntryHash now = bench.hash();
        replace(before, now);
        return now;
    }

    /** The entry of that id is there no more, if it was. */
    void gone(Map<String, EntryHash> hashes, byte kind, String id) {
        EntryHash before = hashes.remove(id);
        if (before != null) {
            digest.subtract(before);
            if (changes != null) {
                changes.add(new EntryChange(EntryKey.of(kind, id), null));
            }
        }
    }

    private void replace(EntryHash before, EntryHash now) {
        if (before != null) {
            digest.subtract(before);
        }
        digest.add(now);
    }

    /** Hashes a stored entry; costs its size. */
    static EntryHash hash(byte[] key, byte[] value) {
        Bench bench = OF_THREAD.get();
        bench.out.entry(key).bytes(value);
        return bench.hash();
    }

    /** What a thread seals with. It keeps a buffer of the size of the largest entry that it met. */
    private static final class Bench {
        private final EntryWriter out = new EntryWriter();
        private final MessageDigest sha;
        private final byte[] result = new byte[StateDigest.BYTES];

        Bench() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        /** Of the entry that was just written, in one piece: each further call costs as much as a block of it. */
        EntryHash hash() {
            out.hashInto(sha);
            try {
                sha.digest(result, 0, StateDigest.BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException("a SHA-256 has 32 bytes", e);
            }
            return EntryHash.of(result);
        }
    }
}
