package io.taskgraph.engine;

import io.taskgraph.graph.Journal;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * A run's entries of one kind, by id: a sorted map whose changes are undone by the journal, and whose entries are hashed
 * into the run's digest. Empty for most runs, and then it costs nothing.
 */
final class Table<V extends Record> {
    /**
     * A kind of entry.
     *
     * @param letter what its keys begin with; never used for another kind again
     * @param name what people call it
     * @param write gives an entry's fields to a writer, the id left out
     * @param read gives the entry of an id back
     */
    record Kind<V extends Record>(
            byte letter, String name, BiConsumer<EntryWriter, V> write, BiFunction<String, EntryReader, V> read) {

        byte[] bytes(V value) {
            EntryWriter out = new EntryWriter();
            write.accept(out, value);
            return out.done();
        }

        V value(String id, byte[] bytes) {
            return read.apply(id, new EntryReader(bytes));
        }
    }

    private final Kind<V> kind;
    private final Journal journal;
    private final TreeMap<String, V> values = new TreeMap<>();
    private final TreeMap<String, StateDigest.EntryHash> hashes = new TreeMap<>();
    private final TreeSet<String> changed = new TreeSet<>();
    private BiConsumer<V, V> listener = (before, after) -> {};

    Table(Kind<V> kind, Journal journal) {
        this.kind = kind;
        this.journal = journal;
    }

    Kind<V> kind() {
        return kind;
    }

    /** Has every change told, also one that is undone or loaded: the entry before and after, either of which may be null. */
    void onChange(BiConsumer<V, V> to) {
        listener = listener.andThen(to);
    }

    V get(String id) {
        return values.get(id);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    int size() {
        return values.size();
    }

    /** All of it, in the order of the ids. */
    Collection<V> values() {
        return Collections.unmodifiableCollection(values.values());
    }

    /** Those whose id begins so, in the order of the ids. */
    SortedMap<String, V> beginningWith(String prefix) {
        return Collections.unmodifiableSortedMap(values.subMap(prefix, prefix + Character.MAX_VALUE));
    }

    void put(String id, V value) {
        set(id, value);
    }

    void remove(String id) {
        if (values.containsKey(id)) {
            set(id, null);
        }
    }

    private void set(String id, V value) {
        V before = value == null ? values.remove(id) : values.put(id, value);
        changed.add(id);
        listener.accept(before, value);
        journal.record(() -> set(id, before));
    }

    /** A copy. */
    SortedMap<String, V> copy() {
        return new TreeMap<>(values);
    }

    /** Takes an entry back from a store. */
    void load(String id, byte[] bytes) {
        V value = kind.value(id, bytes);
        V before = values.put(id, value);
        changed.add(id);
        listener.accept(before, value);
    }

    /** How many entries were there when it was last sealed. */
    int sealed() {
        return hashes.size();
    }

    /** Brings the digest up to date with what changed, and adds to the entries to store. */
    void seal(StateDigest digest, List<EntryChange> changes) {
        if (changed.isEmpty()) {
            return;
        }
        for (String id : changed) {
            byte[] key = EntryKey.of(kind.letter, id);
            V value = values.get(id);
            StateDigest.EntryHash before;
            if (value != null) {
                byte[] bytes = kind.bytes(value);
                StateDigest.EntryHash now = StateDigest.hash(key, bytes);
                before = hashes.put(id, now);
                if (!now.equals(before)) {
                    digest.add(now);
                    changes.add(new EntryChange(key, bytes));
                } else {
                    before = null;
                }
            } else {
                before = hashes.remove(id);
                if (before != null) {
                    changes.add(new EntryChange(key, null));
                }
            }
            if (before != null) {
                digest.subtract(before);
            }
        }
        changed.clear();
    }

    /** Adds all that was sealed, as deletions. */
    void deletions(List<EntryChange> to) {
        hashes.keySet().forEach(id -> to.add(new EntryChange(EntryKey.of(kind.letter, id), null)));
    }

    /** Adds all of it, as it is stored. */
    void all(List<EntryChange> to) {
        values.forEach((id, v) -> to.add(new EntryChange(EntryKey.of(kind.letter, id), kind.bytes(v))));
    }
}
