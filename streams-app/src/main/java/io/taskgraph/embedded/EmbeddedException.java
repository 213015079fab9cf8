package io.taskgraph.embedded;

/** The embedded cluster cannot start or go on; the message is one sentence that names the place and the remedy. */
public final class EmbeddedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmbeddedException(String message) {
        super(message);
    }

    public EmbeddedException(String message, Throwable cause) {
        super(message, cause);
    }
}
