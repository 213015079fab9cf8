package io.taskgraph.retention;

/** A pass cannot go on. The message is one sentence that names what is in the way and the remedy. */
public final class RetentionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RetentionException(String message, Throwable cause) {
        super(message, cause);
    }
}
