package io.taskgraph.engine;

/**
 * The last verdict of a set of gates that was put on the run's record.
 *
 * @param gateSet the set; empty: not a verdict, but that the run waits for verdicts
 * @param passed whether every blocking gate passed
 * @param readTo the decision that the report had read up to; where the run waits, the one since which it does
 */
record GateRecord(String gateSet, boolean passed, long readTo) {
    /** The id of the entry that says since when the run waits. */
    static final String WAITING = "";

    static final Table.Kind<GateRecord> ENTRY = new Table.Kind<>(
            (byte) 'G',
            "verdict of gates",
            (out, g) -> out.number(1, g.passed ? 1 : 0).number(2, g.readTo),
            (id, in) -> {
                long[] n = in.numbersTo(3);
                return new GateRecord(id, n[1] == 1, n[2]);
            });
}
