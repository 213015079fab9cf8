package io.taskgraph.retention;

import io.taskgraph.avro.Cause;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to where the inputs of a partition were decided, noted along its log every {@link #EVERY} decisions. Inputs of one
 * topic are decided in their order, so that those before the noted offset belong to decisions before the note.
 */
final class InputMarks {
    static final int EVERY = 256;

    private final TreeMap<Long, Map<String, Long>> notes = new TreeMap<>();
    private final TreeMap<String, Long> decided = new TreeMap<>();
    private int since;

    /** A decision at that offset has that cause. */
    void saw(long offset, Cause cause) {
        if (since == 0) {
            notes.put(offset, Map.copyOf(decided));
        }
        since = (since + 1) % EVERY;
        if (cause.getHeartbeatsReadTo() > 0) {
            decided.merge("heartbeats", cause.getHeartbeatsReadTo(), Math::max);
        }
        if (cause.getOffset() >= 0) {
            decided.merge(cause.getFamily(), cause.getOffset() + 1, Math::max);
        }
    }

    /** Up to which offset, exclusive, the inputs of each family belong to decisions before that offset of the log. */
    Map<String, Long> before(long offset) {
        Map.Entry<Long, Map<String, Long>> note = notes.floorEntry(offset);
        return note == null ? Map.of() : note.getValue();
    }

    /** Up to which offset, exclusive, the inputs of each family belong to decisions before that offset, and few after it. */
    Map<String, Long> through(long offset) {
        Map.Entry<Long, Map<String, Long>> note = notes.ceilingEntry(offset);
        return note == null ? all() : note.getValue();
    }

    /** All that is decided. */
    Map<String, Long> all() {
        return Map.copyOf(decided);
    }

    /** What is before that offset is not asked for any more. */
    void forgetBefore(long offset) {
        Long floor = notes.floorKey(offset);
        if (floor != null) {
            notes.headMap(floor).clear();
        }
    }
}
