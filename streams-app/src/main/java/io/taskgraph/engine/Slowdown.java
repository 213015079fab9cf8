package io.taskgraph.engine;

/**
 * That fewer attempts are out at a time than the policy allows.
 *
 * @param workers how many, from 1
 * @param until until when, in milliseconds since the epoch
 */
public record Slowdown(int workers, long until) {
    /** A run has one such entry at the most. */
    static final String ID = "";

    static final Table.Kind<Slowdown> ENTRY = new Table.Kind<>(
            (byte) 's', "slowdown", (out, s) -> out.number(1, s.workers).number(2, s.until), (id, in) -> {
                long[] n = in.numbersTo(3);
                return new Slowdown((int) n[1], n[2]);
            });
}
