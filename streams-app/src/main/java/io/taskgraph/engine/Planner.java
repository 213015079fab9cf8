package io.taskgraph.engine;

/**
 * Who has planned in the run: they do not approve its plans and dispatches, which they asked for.
 *
 * @param since the decision of theirs that first changed the graph
 */
record Planner(String name, long since) {
    /** How many a run tells apart: names are free, and state is not. */
    static final int REMEMBERED = 1_000;

    static final Table.Kind<Planner> ENTRY =
            new Table.Kind<>((byte) 'p', "planner", (out, p) -> out.number(1, p.since), Planner::read);

    private static Planner read(String name, EntryReader in) {
        long since = 0;
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                since = in.number();
            } else {
                in.skip();
            }
        }
        return new Planner(name, since);
    }
}
