package io.taskgraph.snapshot;

/** A snapshot cannot be used. The message is one sentence that names it and what is wrong with it. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SnapshotException(String message) {
        super(message);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }

    /** That snapshot, for that reason. */
    static SnapshotException of(IndexedSnapshot s, String problem) {
        return new SnapshotException("The snapshot of run " + s.runId() + " at decision " + s.sequence()
                + " cannot be used: " + problem + ".");
    }
}
