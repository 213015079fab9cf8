package io.taskgraph.replay;

import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.EntryDifference;
import io.taskgraph.engine.Run;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/** One run's entries as the live stores hold them at one moment. */
public final class LiveRun {
    private final String runId;
    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private Run loaded;

    LiveRun(String runId) {
        this.runId = runId;
    }

    void put(byte[] key, byte[] value) {
        loaded = null;
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
        return run().sequence();
    }

    /** The run as a restart would load it from these entries. */
    Run run() {
        if (loaded == null) {
            Run.Loader loader = new Run.Loader(runId);
            entries.forEach(loader::accept);
            loaded = loader.load();
        }
        return loaded;
    }

    /** The first difference from a replayed run, by key: {@code one} is the replayed value, {@code other} the live one. */
    Optional<EntryDifference> difference(Run replayed) {
        TreeMap<byte[], byte[]> live = new TreeMap<>(entries);
        for (EntryChange e : replayed.entries()) {
            EntryDifference d = EntryDifference.of(e.key(), e.value(), live.remove(e.key()));
            if (d != null) {
                return Optional.of(d);
            }
        }
        return live.isEmpty()
                ? Optional.empty()
                : Optional.of(EntryDifference.of(
                        live.firstKey(), null, live.firstEntry().getValue()));
    }
}
