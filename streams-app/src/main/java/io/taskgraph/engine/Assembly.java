package io.taskgraph.engine;

/**
 * What a run still lacks that goes on from another one. It has such an entry until it is whole.
 *
 * @param missing how many tasks are yet to come
 * @param sum hex sum of the digests of those that came, modulo 2^256
 */
record Assembly(int missing, String sum) {
    /** A run has one such entry at the most. */
    static final String ID = "";

    static final Table.Kind<Assembly> ENTRY = new Table.Kind<>(
            (byte) 'y', "assembly", (out, a) -> out.number(1, a.missing).text(2, a.sum), (id, in) -> read(in));

    private static Assembly read(EntryReader in) {
        int missing = 0;
        String sum = "";
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> missing = (int) in.number();
                case 2 -> sum = in.text();
                default -> in.skip();
            }
        }
        return new Assembly(missing, sum);
    }
}
