package io.taskgraph.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** How each kind of fact changes a run. */
final class Applications {
    /**
     * When a fact happens.
     *
     * @param at time of its decision, in milliseconds since the epoch
     * @param sequence number of its decision
     * @param graphVersion the graph's version after its decision
     */
    record Moment(long at, long sequence, long graphVersion) {}

    /** How one kind of fact changes a run. Total. */
    @FunctionalInterface
    interface OfKind<T> {
        void apply(Run run, T kind, Moment when);
    }

    private final Map<Class<?>, OfKind<?>> byKind = new HashMap<>();

    <T extends SpecificRecord> void on(Class<T> kind, OfKind<T> how) {
        byKind.put(kind, how);
    }

    Set<Class<?>> kinds() {
        return Set.copyOf(byKind.keySet());
    }

    @SuppressWarnings("unchecked")
    <T extends SpecificRecord> void apply(Run run, T kind, Moment when) {
        ((OfKind<T>) byKind.get(kind.getClass())).apply(run, kind, when);
    }
}
