package io.taskgraph.replay;

/** Records of one partition of one topic, in order. Not thread-safe. */
interface Cursor extends AutoCloseable {
    /**
     * The next one; null: there are no more.
     *
     * @throws HistoryException if it cannot be read or is not what was written; it names the place
     */
    Recorded next();

    /** The offset from which on there are records: those before are not there any more. */
    long begins();

    /** Passes over all before that offset, which may be many. */
    void skipTo(long offset);

    /** What it reads, for people. */
    String name();

    @Override
    void close();
}
