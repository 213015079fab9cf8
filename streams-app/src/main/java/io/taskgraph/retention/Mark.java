package io.taskgraph.retention;

import io.taskgraph.engine.Run;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.snapshot.IndexedSnapshot;
import java.util.Arrays;

/** What the fold came to after a decision at which there is, or will be, a snapshot: what that has to say, too. */
final class Mark {
    private final long sequence;
    private final long at;
    private final byte[] stateDigest;
    private final byte[] decisionHash;
    /** Where the run's next decision stands on the log; -1: there is none yet. */
    private long next = -1;

    private boolean verified;

    private Mark(long sequence, long at, byte[] stateDigest, byte[] decisionHash) {
        this.sequence = sequence;
        this.at = at;
        this.stateDigest = stateDigest;
        this.decisionHash = decisionHash;
    }

    /** Of a run as it was folded, sealed and chained. */
    static Mark of(Run run) {
        return new Mark(run.sequence(), run.lastDecidedAt(), run.stateDigest(), run.lastHash());
    }

    long sequence() {
        return sequence;
    }

    /** Time of the decision, in milliseconds since the epoch. */
    long at() {
        return at;
    }

    long next() {
        return next;
    }

    void next(long offset) {
        next = offset;
    }

    /** Whether the snapshot that stands there was read back and is what replay came to. */
    boolean verified() {
        return verified;
    }

    /** Compares it with what stands on the topic; null: nothing does. */
    void compare(IndexedSnapshot there) {
        verified = there != null && there.problem().isEmpty() && agrees(there);
    }

    /** Nothing was written, for nothing is to be done: what would have been written counts. */
    void suppose() {
        verified = true;
    }

    /** Whether it is the mark of that record on the log. */
    boolean isOf(byte[] record) {
        return Arrays.equals(Digests.ofRecord(record).bytes(), decisionHash);
    }

    boolean agrees(IndexedSnapshot there) {
        return Arrays.equals(there.stateDigest(), stateDigest) && Arrays.equals(there.decisionHash(), decisionHash);
    }
}
