package io.taskgraph.engine;

/** How many results of a task reviewers have sent back since it was last taken up anew. */
record Rejections(String taskId, int count) {
    static final Table.Kind<Rejections> ENTRY = new Table.Kind<>(
            (byte) 'j',
            "results sent back",
            (out, r) -> out.number(1, r.count),
            (id, in) -> new Rejections(id, (int) in.numbersTo(2)[1]));
}
