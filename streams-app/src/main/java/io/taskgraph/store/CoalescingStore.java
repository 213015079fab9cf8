package io.taskgraph.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/**
 * A persistent store with a changelog whose writes are held back until the transaction's end and are then written in one
 * go, so that an entry that changes several times in between is written once. That much Streams' record cache does, too;
 * but that one is also a cache of what was read, which we have on the heap in a better form (see {@link RunCache}), and it
 * writes entry by entry. The choice is told in docs/adr/0020.
 *
 * <p>What is held back is part of the transaction: a task that is closed without a commit loses it as it loses the rest.
 */
public final class CoalescingStore extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
        implements KeyValueStore<Bytes, byte[]> {
    /** Written early when it comes to more than this, keys and values, so that no transaction fills the heap. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    /** In the order of their keys, in which RocksDB takes them best, and a range of them is found. */
    private final NavigableMap<Bytes, byte[]> held = new TreeMap<>();

    private long heldBytes;
    private InternalProcessorContext<?, ?> context;
    /** Of the last write: the changelog's records are stamped with its time. */
    private ProcessorRecordContext cause;

    private CoalescingStore(KeyValueStore<Bytes, byte[]> inner) {
        super(inner);
    }

    /**
     * Builds such stores on RocksDB.
     *
     * @param changelog settings of the changelog's topic
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name, Map<String, String> changelog) {
        return new Builder(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingEnabled(changelog));
    }

    private record Builder(StoreBuilder<KeyValueStore<Bytes, byte[]>> inner)
            implements StoreBuilder<KeyValueStore<Bytes, byte[]>> {
        @Override
        public KeyValueStore<Bytes, byte[]> build() {
            return new CoalescingStore(inner.build());
        }

        @Override
        public Map<String, String> logConfig() {
            return inner.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return inner.loggingEnabled();
        }

        @Override
        public String name() {
            return inner.name();
        }

        /** The store is what caching would add. */
        @Override
        public Builder withCachingEnabled() {
            return this;
        }

        @Override
        public Builder withCachingDisabled() {
            return this;
        }

        @Override
        public Builder withLoggingEnabled(Map<String, String> config) {
            return new Builder(inner.withLoggingEnabled(config));
        }

        @Override
        public Builder withLoggingDisabled() {
            return new Builder(inner.withLoggingDisabled());
        }
    }

    @Override
    public void init(StateStoreContext c, StateStore root) {
        context = (InternalProcessorContext<?, ?>) c;
        super.init(c, root);
    }

    /** Writes what is held back, to the store and its changelog; Streams asks for it before each commit. */
    @Override
    public void flushCache() {
        if (held.isEmpty()) {
            return;
        }
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>(held.size());
        held.forEach((key, value) -> entries.add(new KeyValue<>(key, value)));
        clearCache();
        ProcessorRecordContext before = context.recordContext();
        context.setRecordContext(cause);
        try {
            wrapped().putAll(entries);
        } finally {
            context.setRecordContext(before);
        }
    }

    @Override
    public void clearCache() {
        held.clear();
        heldBytes = 0;
    }

    @Override
    public void put(Bytes key, byte[] value) {
        byte[] before = held.put(key, value);
        heldBytes += key.get().length + size(value) - size(before);
        cause = context.recordContext();
        if (heldBytes > MOST_BYTES) {
            flushCache();
        }
    }

    private static int size(byte[] value) {
        return value == null ? 0 : value.length;
    }

    @Override
    public byte[] get(Bytes key) {
        byte[] value = held.get(key);
        return value != null || held.containsKey(key) ? value : wrapped().get(key);
    }

    @Override
    public byte[] putIfAbsent(Bytes key, byte[] value) {
        byte[] before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(e -> put(e.key, e.value));
    }

    @Override
    public byte[] delete(Bytes key) {
        byte[] before = get(key);
        put(key, null);
        return before;
    }

    /** What is held back of what is read comes to the store first. That is seldom: what was just written is hot. */
    @Override
    public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(P prefix, S serializer) {
        Bytes from = Bytes.wrap(serializer.serialize(null, prefix));
        if (!held.subMap(from, true, Bytes.increment(from), false).isEmpty()) {
            flushCache();
        }
        return wrapped().prefixScan(prefix, serializer);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        flushCache();
        return wrapped().range(from, to);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        flushCache();
        return wrapped().all();
    }

    @Override
    public long approximateNumEntries() {
        return wrapped().approximateNumEntries();
    }
}
