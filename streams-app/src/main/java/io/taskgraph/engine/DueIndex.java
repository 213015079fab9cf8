package io.taskgraph.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Things by id that have to be looked at when their date has come. Derived from a run and never stored. The order is kept
 * from when it is first asked for: replay never asks.
 */
final class DueIndex {
    private record Due(long at, String id) {}

    private static final Comparator<Due> BY_DATE =
            Comparator.comparingLong(Due::at).thenComparing(Due::id);

    private final Map<String, Due> byId = new HashMap<>();
    /** Null: nobody asked yet. */
    private TreeSet<Due> order;

    /** Looks at it at the given time, in milliseconds since the epoch. O(log n). */
    void set(String id, long at) {
        Due due = new Due(at, id);
        Due before = byId.put(id, due);
        if (order != null) {
            if (before != null) {
                order.remove(before);
            }
            order.add(due);
        }
    }

    void remove(String id) {
        Due before = byId.remove(id);
        if (before != null && order != null) {
            order.remove(before);
        }
    }

    private TreeSet<Due> order() {
        if (order == null) {
            order = new TreeSet<>(BY_DATE);
            order.addAll(byId.values());
        }
        return order;
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    /** The earliest date, or {@link Long#MAX_VALUE}. */
    long next() {
        return byId.isEmpty() ? Long.MAX_VALUE : order().first().at;
    }

    /** Ids whose date is not after now, sorted: what is decided from them must not depend on dates. */
    List<String> due(long now) {
        List<String> ids = new ArrayList<>();
        for (Due d : order()) {
            if (d.at > now) {
                break;
            }
            ids.add(d.id);
        }
        ids.sort(Comparator.naturalOrder());
        return ids;
    }

    /** All of them, sorted. */
    List<String> all() {
        return byId.keySet().stream().sorted().toList();
    }
}
