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
import java.util.function.Consumer;

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
    private Consumer<Table<?>> toSeal = table -> {};

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

    /** Has it told that there is something to seal, when there was nothing before. */
    void onUnsealed(Consumer<Table<?>> to) {
        toSeal = to;
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
        changed(id);
        listener.accept(before, value);
        journal.record(() -> set(id, before));
    }

    private void changed(String id) {
        if (changed.isEmpty()) {
            toSeal.accept(this);
        }
        changed.add(id);
    }

    /** A copy. */
    SortedMap<String, V> copy() {
        return new TreeMap<>(values);
    }

    /** Takes an entry back from a store. */
    void load(String id, byte[] bytes) {
        V value = kind.value(id, bytes);
        V before = values.put(id, value);
        changed(id);
        listener.accept(before, value);
    }

    /** How many entries were there when it was last sealed. */
    int sealed() {
        return hashes.size();
    }

    /** Brings the digest up to date with what changed. */
    void seal(Sealing sealing) {
        for (String id : changed) {
            V value = values.get(id);
            if (value == null) {
                sealing.gone(hashes, kind.letter, id);
            } else {
                kind.write.accept(sealing.entry(kind.letter, id), value);
                sealing.written(hashes, id);
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
        EntryWriter out = new EntryWriter();
        values.forEach((id, v) -> {
            kind.write.accept(out.entry(kind.letter, id), v);
            to.add(out.change());
        });
    }
}
