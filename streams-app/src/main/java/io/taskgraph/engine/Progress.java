package io.taskgraph.engine;

/** How far the last attempt of a task said it was, for the next one to go on from. */
record Progress(String taskId, String text) {
    /** How much of it is kept, in characters. */
    static final int LENGTH = 4096;

    static final Table.Kind<Progress> ENTRY =
            new Table.Kind<>((byte) 'f', "progress of task", (out, p) -> out.text(1, p.text), Progress::read);

    private static Progress read(String taskId, EntryReader in) {
        String text = "";
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                text = in.text();
            } else {
                in.skip();
            }
        }
        return new Progress(taskId, text);
    }
}
