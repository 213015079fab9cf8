package io.taskgraph.engine;

/**
 * A worker that has taken up a lease of the run. Whether it is busy or idle follows from the leases it holds.
 *
 * @param state what was concluded of it
 * @param since when, or when it gave its last lease back, whichever is later: in milliseconds since the epoch
 */
public record Worker(String id, State state, long since) {
    /** What was concluded of a worker. */
    public enum State {
        /** It works for the run, or could. */
        ACTIVE(1),
        /** It was silent for too long. */
        LOST(2),
        /** It said that it works no more for the run. */
        LEFT(3),
        /** It said so while it has an attempt in its hands: it has left when that is over. */
        LEAVING(4);

        private final int code;

        State(int code) {
            this.code = code;
        }
    }

    /** Whether it may have something in its hands, and is listened to. */
    public boolean isThere() {
        return state == State.ACTIVE || state == State.LEAVING;
    }

    static final Table.Kind<Worker> ENTRY = new Table.Kind<>(
            (byte) 'k', "worker", (out, w) -> out.number(1, w.state.code).number(2, w.since), Worker::read);

    private static Worker read(String id, EntryReader in) {
        long[] n = in.numbersTo(3);
        return new Worker(id, State.values()[(int) n[1] - 1], n[2]);
    }
}
