package io.taskgraph.replay;

/** A run's history cannot be read as it was asked for. The message is one sentence that names the place and the remedy. */
public class HistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HistoryException(String message) {
        super(message);
    }

    HistoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
