package io.taskgraph.query;

/** A view cannot be had, for a reason that a person can act on. The message is one sentence with the remedy. */
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueryException(String message) {
        super(message);
    }

    public QueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
