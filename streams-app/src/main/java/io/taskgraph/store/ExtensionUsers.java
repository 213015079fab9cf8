package io.taskgraph.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which runs of the partition have seen which versions of extensions, so that a change of one reaches exactly them. After a
 * partition is taken over, each is told once more: what had changed meanwhile is not missed. Not thread-safe.
 */
public final class ExtensionUsers {
    private static final char SEPARATOR = ' ';

    private final KeyValueStore<Bytes, byte[]> store;
    private final TreeMap<String, TreeSet<String>> runs = new TreeMap<>();
    private final Map<String, String> told = new TreeMap<>();

    /** The users in a store; costs a look at each. */
    public ExtensionUsers(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> e = all.next();
                String key = new String(e.key.get(), UTF_8);
                int at = key.indexOf(SEPARATOR);
                runs.computeIfAbsent(key.substring(0, at), k -> new TreeSet<>()).add(key.substring(at + 1));
            }
        }
    }

    /**
     * The run has seen the version. If it is the first one, all is told once more: between its look and now something may
     * have changed.
     */
    public void uses(String toolpack, String runId) {
        if (runs.computeIfAbsent(toolpack, k -> new TreeSet<>()).add(runId)) {
            store.put(Bytes.wrap((toolpack + SEPARATOR + runId).getBytes(UTF_8)), new byte[] {1});
        }
    }

    /** The run is there no more. Costs a look at each version that is used. */
    public void forget(String runId) {
        runs.forEach((toolpack, users) -> {
            if (users.remove(runId)) {
                store.delete(Bytes.wrap((toolpack + SEPARATOR + runId).getBytes(UTF_8)));
            }
        });
    }

    /** The versions that are used, in order. */
    public List<String> used() {
        return new ArrayList<>(runs.keySet());
    }

    /** Whether the runs that use a version were told this of it. */
    public boolean told(String toolpack, String mark) {
        return mark.equals(told.get(toolpack));
    }

    /** The runs that use it are told this now. */
    public List<String> tell(String toolpack, String mark) {
        told.put(toolpack, mark);
        return new ArrayList<>(runs.getOrDefault(toolpack, new TreeSet<>()));
    }
}
