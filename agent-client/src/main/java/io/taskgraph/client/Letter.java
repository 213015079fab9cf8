package io.taskgraph.client;

import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageSpec;
import java.time.Duration;

/** A message to be sent. Immutable: each call gives another one. What is wrong with it, the control plane says. */
public final class Letter {
    /** The recipient that the run's planners are. */
    public static final String LEAD = "lead";
    /** The recipient that every worker is that works for the run, but the sender. */
    public static final String EVERYBODY = "*";

    private final MessageSpec spec;

    private Letter(MessageSpec spec) {
        this.spec = spec;
    }

    /**
     * Begins one of normal priority.
     *
     * @param recipient a worker's id, {@link #LEAD} or {@link #EVERYBODY}
     */
    public static Letter to(String recipient, MessageKind kind, String body) {
        return new Letter(MessageSpec.newBuilder()
                .setRecipient(recipient)
                .setKind(kind)
                .setBody(body)
                .build());
    }

    /** How urgent it is; CRITICAL is delivered at once. */
    public Letter priority(MessagePriority value) {
        return new Letter(copy().setPriority(value).build());
    }

    /** What it is about, free form. */
    public Letter topic(String value) {
        return new Letter(copy().setTopic(value).build());
    }

    /** The task it is about. */
    public Letter about(String taskId) {
        return new Letter(copy().setTaskId(taskId).build());
    }

    /** How long it is worth reading. */
    public Letter ttl(Duration value) {
        return new Letter(copy().setTtlMillis(value.toMillis()).build());
    }

    /** What tells it apart for the sender: an answer repeats it. */
    public Letter correlation(String value) {
        return new Letter(copy().setCorrelation(value).build());
    }

    /** The message it answers, and what that one is known by to its sender. */
    public Letter answering(String messageId, String correlation) {
        return new Letter(
                copy().setReplyTo(messageId).setCorrelation(correlation).build());
    }

    MessageSpec spec() {
        return spec;
    }

    private MessageSpec.Builder copy() {
        return MessageSpec.newBuilder(spec);
    }
}
