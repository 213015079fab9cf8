package io.taskgraph.engine;

/**
 * A checkpoint that the run keeps.
 *
 * @param id name, an at sign and version
 * @param version its number among the run's checkpoints, from 1
 * @param sequence the decision that it was taken with
 */
record KeptCheckpoint(String id, int version, long sequence) {
    static final Table.Kind<KeptCheckpoint> ENTRY = new Table.Kind<>(
            (byte) 'K', "checkpoint", (out, k) -> out.number(1, k.version).number(2, k.sequence), (id, in) -> {
                long[] n = in.numbersTo(3);
                return new KeptCheckpoint(id, (int) n[1], n[2]);
            });

    static String id(String name, int version) {
        return name + "@" + version;
    }
}
