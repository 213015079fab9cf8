package io.taskgraph.graph;

/** Where a task is. The {@link #code} is what is stored and hashed: it never changes once released. */
public enum Status {
    /** Waits on dependencies. */
    PENDING(1),
    /** Could be dispatched now. Derived from PENDING and the dependencies, and stored as PENDING. */
    READY(2),
    /** Waits for an approval. */
    AWAITING_APPROVAL(3),
    /** An attempt is offered to the agents; nobody has taken up its lease yet. */
    DISPATCHED(4),
    /** A worker holds the lease. */
    RUNNING(5),
    /** The result awaits review. */
    SUBMITTED(6),
    /** Set aside until it is requeued. */
    DEFERRED(7),
    /** Ended well. */
    DONE(8),
    /** Ended badly. */
    FAILED(9),
    /** Ended by word of a planner or operator. */
    CANCELLED(10);

    private static final Status[] BY_CODE = new Status[11];

    static {
        for (Status s : values()) {
            BY_CODE[s.code] = s;
        }
    }

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /** The released number of this status, 1 to 10. */
    public int code() {
        return code;
    }

    /**
     * The status with that number.
     *
     * @throws IllegalArgumentException if there is none: the entry was written by a newer version
     */
    public static Status ofCode(long code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no task status has the number " + code);
        }
        return BY_CODE[(int) code];
    }

    /** Whether nothing can happen to the task any more, but being archived. */
    public boolean isTerminal() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }

    /** Whether an attempt is out with the agents, so that a lease exists. */
    public boolean isInFlight() {
        return this == DISPATCHED || this == RUNNING || this == SUBMITTED;
    }
}
