package io.taskgraph.store;

import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredKey;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Runs, one record an entry under a {@link StoredKey}, so that the changelog carries what changed. Hot runs are kept on
 * the heap. For one partition; not thread-safe.
 */
public final class RunStore {
    private final KeyValueStore<Bytes, byte[]> store;
    private final RunCache cache;

    /**
     * A store of runs.
     *
     * @param cachedEntries how many entries of runs to keep on the heap, about
     */
    public RunStore(KeyValueStore<Bytes, byte[]> store, int cachedEntries) {
        this.store = store;
        this.cache = new RunCache(cachedEntries);
    }

    /**
     * The run, which may be one that does not exist. Costs nothing if it is hot, else one read an entry.
     *
     * @throws IllegalArgumentException if its entries cannot be read
     */
    public Run get(String runId) {
        Run hot = cache.get(runId);
        if (hot != null) {
            return hot;
        }
        Run cold = read(runId);
        if (cold.exists()) {
            cache.put(cold);
        }
        return cold;
    }

    /** The run if it is at hand, or null: it is not read. */
    public Run hot(String runId) {
        return cache.get(runId);
    }

    private Run read(String runId) {
        Run.Loader loader = new Run.Loader(runId);
        byte[] prefix = StoredKey.prefix(runId);
        try (KeyValueIterator<Bytes, byte[]> entries = store.prefixScan(Bytes.wrap(prefix), new BytesSerializer())) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> e = entries.next();
                byte[] key = e.key.get();
                loader.accept(Arrays.copyOfRange(key, prefix.length, key.length), e.value);
            }
        }
        return loader.load();
    }

    /** Stores what a decision changed, and keeps the run hot. */
    public void put(Run run, List<EntryChange> changes) {
        byte[] prefix = StoredKey.prefix(run.runId());
        for (EntryChange c : changes) {
            store.put(Bytes.wrap(StoredKey.of(prefix, c.key())), c.value());
        }
        if (run.exists()) {
            cache.put(run);
        } else {
            cache.remove(run.runId());
        }
    }

    /** Forgets the heap's form of a run, which may be wrong: it is read again when it is needed. */
    public void evict(String runId) {
        cache.remove(runId);
    }
}
