package io.taskgraph.client;

import java.time.Duration;

/**
 * No decision was heard in time. It says nothing of the message's fate: it may have been decided, or may yet be. Send
 * the very same message again ({@link Planner#submit}, {@link Operator#submit}) to learn: a message id that had been
 * decided is answered with the decision it got, and one that had not is decided now.
 */
public final class NoDecisionException extends ClientException {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final String messageId;

    NoDecisionException(String runId, String messageId, Duration waited, String bootstrap) {
        super("No decision on message " + messageId + " of run " + runId + " was heard within " + waited.toMillis()
                + " ms on " + bootstrap
                + ": see that the control plane is running there, then send the same message again;"
                + " if it was decided meanwhile, you get the decision it got.");
        this.runId = runId;
        this.messageId = messageId;
    }

    /** The run. */
    public String runId() {
        return runId;
    }

    /** The message that nothing was heard of. */
    public String messageId() {
        return messageId;
    }
}
