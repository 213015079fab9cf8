package io.taskgraph.policy.contract;

/**
 * The bounds of a run's mailbox; where the flag {@code priority_mailbox} is on.
 *
 * @param capacity the most messages that one recipient may have waiting
 * @param batch the most messages that are delivered at once
 * @param withinMillis how long a message that is not critical may wait for its recipient's next contact, in milliseconds
 * @param maxMessageBytes the most bytes (UTF-8) of a message's body
 */
public record MailboxPolicy(int capacity, int batch, long withinMillis, int maxMessageBytes) {
    /** What a document gets that leaves the section out. */
    public static final MailboxPolicy DEFAULT = new MailboxPolicy(1_000, 50, 1_000, 16 * 1024);
}
