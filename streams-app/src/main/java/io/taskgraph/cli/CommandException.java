package io.taskgraph.cli;

/**
 * A command cannot go on, for a reason that the person at the terminal can act on. The message is one sentence that
 * names the place and the remedy; it is printed as it stands, without a stack trace.
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Exit code 1. */
    public CommandException(String message) {
        this(message, 1, null);
    }

    /** Exit code 1; the cause is shown with {@code --debug} only. */
    public CommandException(String message, Throwable cause) {
        this(message, 1, cause);
    }

    /** @param exitCode 1..125 */
    public CommandException(String message, int exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
