package io.taskgraph.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When each run has to be looked at next. One record a run that has leases out, holding a date that is never too late;
 * it is written when a run's first date comes, when a date comes forward, and when it was looked at, so that most
 * decisions write nothing here. The order by date is kept on the heap, and costs one read a run with leases when the
 * partition is taken over. Not thread-safe.
 */
public final class RunTimers {
    /** A run that is due. */
    public record Due(String runId, long at) {}

    private static final Comparator<Due> EARLIEST =
            Comparator.comparingLong(Due::at).thenComparing(Due::runId);

    private final KeyValueStore<Bytes, byte[]> store;
    private final TreeSet<Due> order = new TreeSet<>(EARLIEST);
    private final Map<String, Due> byRun = new HashMap<>();

    public RunTimers(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> e = all.next();
                remember(new Due(
                        new String(e.key.get(), UTF_8), ByteBuffer.wrap(e.value).getLong()));
            }
        }
    }

    /**
     * After a decision: the run's next date.
     *
     * @param at milliseconds since the epoch; {@link Long#MAX_VALUE}: none
     */
    public void next(String runId, long at) {
        Due known = byRun.get(runId);
        if (at == Long.MAX_VALUE) {
            if (known != null) {
                byRun.remove(runId);
                order.remove(known);
                // Not delete(), which reads what was there to return it.
                store.put(key(runId), null);
            }
        } else if (known == null || at < known.at) {
            write(runId, at);
        }
    }

    /** After a look at the run: its date moves, backwards or forwards. */
    public void looked(String runId, long next) {
        Due known = byRun.get(runId);
        if (next == Long.MAX_VALUE || known == null || known.at == next) {
            next(runId, next);
        } else {
            write(runId, next);
        }
    }

    /** Whether the run has a date. */
    public boolean has(String runId) {
        return byRun.containsKey(runId);
    }

    /** Runs whose date is not after now, earliest first, at most {@code limit}. Costs what is due, not what exists. */
    public List<Due> due(long now, int limit) {
        List<Due> due = new ArrayList<>();
        for (Due d : order) {
            if (d.at > now || due.size() == limit) {
                break;
            }
            due.add(d);
        }
        return due;
    }

    private void write(String runId, long at) {
        Due due = new Due(runId, at);
        Due before = byRun.get(runId);
        if (before != null) {
            order.remove(before);
        }
        remember(due);
        store.put(key(runId), ByteBuffer.allocate(Long.BYTES).putLong(at).array());
    }

    private void remember(Due due) {
        byRun.put(due.runId, due);
        order.add(due);
    }

    private static Bytes key(String runId) {
        return Bytes.wrap(runId.getBytes(UTF_8));
    }
}
