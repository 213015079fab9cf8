package io.taskgraph.engine;

/**
 * That passes look at a task: the loop set it aside, or it failed and can be repaired.
 *
 * @param since since when, in milliseconds since the epoch
 */
record Watched(String taskId, long since) {
    static final Table.Kind<Watched> ENTRY = new Table.Kind<>(
            (byte) 'W',
            "task watched",
            (out, w) -> out.number(1, w.since),
            (id, in) -> new Watched(id, in.numbersTo(2)[1]));
}
