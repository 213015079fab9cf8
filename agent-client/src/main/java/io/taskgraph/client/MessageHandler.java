package io.taskgraph.client;

/**
 * What is done with messages: on one thread of the client's, one after the other, the most urgent first. A message counts
 * as read when the handler returns, also by an exception, which is logged. Delivery is at least once: a message whose
 * reading was not heard of comes again to whoever has the same mailbox next; this client filters what it has seen.
 */
@FunctionalInterface
public interface MessageHandler {
    /** A message came. */
    void message(Message message);

    /**
     * A message that was sent under an attempt does not arrive.
     *
     * @param runId the run
     * @param sentIn what {@link TaskContext#send} gave for it
     * @param code the refusal's code, such as {@code MAILBOX_FULL}
     */
    default void refused(String runId, String sentIn, String code, String reason) {}
}
