package io.taskgraph.engine;

/**
 * The last pass that changed something.
 *
 * @param at when, in milliseconds since the epoch
 * @param number how many there were
 */
public record Pass(long at, long number) {
    /** A run has one such entry at the most. */
    static final String ID = "";

    static final Pass NONE = new Pass(0, 0);

    static final Table.Kind<Pass> ENTRY = new Table.Kind<>(
            (byte) 'l', "last pass", (out, p) -> out.number(1, p.at).number(2, p.number), (id, in) -> {
                long[] n = in.numbersTo(3);
                return new Pass(n[1], n[2]);
            });
}
