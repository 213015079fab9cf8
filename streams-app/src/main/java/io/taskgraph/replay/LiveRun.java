package io.taskgraph.replay;

import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.EntryDifference;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One run's entries as the live stores hold them at one moment. */
public final class LiveRun {
    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private StoredHead head;

    void put(byte[] key, byte[] value) {
        head = null;
        if (value == null) {
            entries.remove(key);
        } else {
            entries.put(key, value);
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The decision after which the stores were read. */
    long sequence() {
        return head().sequence();
    }

    /** Whether it is the run that was created then: one that was forgotten may have left its id to another. */
    boolean isCreatedAt(long millis) {
        return head().createdAt().orElse(millis) == millis;
    }

    private StoredHead head() {
        if (head == null) {
            head = StoredHead.of(entries::get);
        }
        return head;
    }

    /** The first difference from a replayed run, by key: {@code one} is the replayed value, {@code other} the live one. */
    Optional<EntryDifference> difference(Run replayed) {
        List<EntryChange> expected = replayed.entries();
        int there = 0;
        for (EntryChange e : expected) {
            byte[] value = entries.get(e.key());
            there += value == null ? 0 : 1;
            EntryDifference d = EntryDifference.of(e.key(), e.value(), value);
            if (d != null) {
                return Optional.of(d);
            }
        }
        return there == entries.size() ? Optional.empty() : Optional.of(surplus(expected));
    }

    private EntryDifference surplus(List<EntryChange> expected) {
        TreeMap<byte[], byte[]> surplus = new TreeMap<>(entries);
        expected.forEach(e -> surplus.remove(e.key()));
        return EntryDifference.of(surplus.firstKey(), null, surplus.firstEntry().getValue());
    }
}
