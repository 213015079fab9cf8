package io.taskgraph.query;

import io.taskgraph.avro.Decision;

/**
 * Since when something is as it is, and what made it so.
 *
 * @param at milliseconds since the epoch; 0: not known
 * @param decision the sequence of the decision that made it so; 0: not known
 * @param family the topic family of that decision's input, {@code timers} for a timer; empty: not known
 * @param actor who said it; may be empty
 * @param key the fingerprint of the key that proves who; empty: it is what the sender calls itself
 */
public record Since(long at, long decision, String family, String actor, String key) {
    /** Nobody knows. */
    public static final Since UNKNOWN = new Since(0, 0, "", "", "");

    /** Known by the run's state, which keeps the time alone. */
    public static Since at(long millis) {
        return millis == 0 ? UNKNOWN : new Since(millis, 0, "", "", "");
    }

    static Since of(Decision d) {
        return new Since(
                d.getDecidedAt().toEpochMilli(),
                d.getSequence(),
                d.getCause().getFamily(),
                d.getCause().getActor(),
                Said.fingerprint(d.getCause()));
    }

    /** Whether the time is known. */
    public boolean known() {
        return at != 0;
    }

    /** This, or where it is not known the other. */
    public Since or(Since other) {
        return known() ? this : other;
    }
}
