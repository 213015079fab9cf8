package io.taskgraph.engine;

/**
 * That many workers were lost at once, until the run is stable again.
 *
 * @param since when, in milliseconds since the epoch
 * @param workers how many the run had before
 * @param lost how many of them were lost
 */
public record Degradation(long since, int workers, int lost) {
    /** A run has one such entry at the most. */
    static final String ID = "";

    static final Table.Kind<Degradation> ENTRY = new Table.Kind<>(
            (byte) 'd',
            "degradation",
            (out, d) -> out.number(1, d.since).number(2, d.workers).number(3, d.lost),
            (id, in) -> {
                long[] n = in.numbersTo(4);
                return new Degradation(n[1], (int) n[2], (int) n[3]);
            });
}
