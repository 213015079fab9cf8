package io.taskgraph.cli.terminal;

/** A progress bar of parts: what went well, what went badly, what is being worked on, and the rest. */
public final class Bar {
    private Bar() {}

    /**
     * The bar, without a frame.
     *
     * @param total 0 or more; of 0 nothing is drawn but the rest
     * @param columns how wide it is
     */
    public static String of(Terminal terminal, long good, long bad, long busy, long total, int columns) {
        long all = Math.max(1, total);
        int upToGood = columns(good, all, columns);
        int upToBad = Math.max(columns(good + bad, all, columns), upToGood + (bad > 0 && upToGood < columns ? 1 : 0));
        int upToBusy =
                Math.max(columns(good + bad + busy, all, columns), upToBad + (busy > 0 && upToBad < columns ? 1 : 0));
        return terminal.good(terminal.sign("█", "#").repeat(upToGood))
                + terminal.bad(terminal.sign("█", "x").repeat(upToBad - upToGood))
                + terminal.busy(terminal.sign("▒", "+").repeat(upToBusy - upToBad))
                + terminal.dim(terminal.sign("░", ".").repeat(columns - upToBusy));
    }

    private static int columns(long part, long all, int columns) {
        return (int) Math.min(columns, part * columns / all);
    }
}
