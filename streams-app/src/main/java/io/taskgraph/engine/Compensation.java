package io.taskgraph.engine;

/** That a task undoes another: such tasks count against {@code max_compensating_tasks}. */
record Compensation(String taskId, String undoes) {
    static final Table.Kind<Compensation> ENTRY =
            new Table.Kind<>((byte) 'u', "compensation by task", (out, c) -> out.text(1, c.undoes), Compensation::read);

    private static Compensation read(String taskId, EntryReader in) {
        String undoes = "";
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                undoes = in.text();
            } else {
                in.skip();
            }
        }
        return new Compensation(taskId, undoes);
    }
}
