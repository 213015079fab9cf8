package io.taskgraph.engine;

/**
 * The number of the last attempt of a task that was removed. If its id is given to another task, that one's attempts are
 * counted on from there: the attempt is a fencing token, which must not come again as long as somebody may hold it.
 */
record LastAttempt(String taskId, int attempt) {
    static final Table.Kind<LastAttempt> ENTRY = new Table.Kind<>(
            (byte) 'n',
            "last attempt of a removed task",
            (out, a) -> out.number(1, a.attempt),
            (id, in) -> new LastAttempt(id, (int) in.numbersTo(2)[1]));
}
