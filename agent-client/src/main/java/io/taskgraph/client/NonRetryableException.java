package io.taskgraph.client;

/** Thrown by a {@link TaskHandler} to say that another attempt would fail as well, so that none is made. */
public class NonRetryableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what went wrong, for people: at most 4096 characters are recorded */
    public NonRetryableException(String message) {
        super(message);
    }

    /** @param message what went wrong, for people: at most 4096 characters are recorded */
    public NonRetryableException(String message, Throwable cause) {
        super(message, cause);
    }
}
