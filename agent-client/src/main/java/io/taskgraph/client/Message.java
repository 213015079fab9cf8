package io.taskgraph.client;

import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.SenderRole;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that was delivered.
 *
 * @param runId the run
 * @param number its delivery number in the recipient's mailbox: who has dealt with it has dealt with all below
 * @param id its id within the run: what an answer names
 * @param topic free form; may be empty
 * @param taskId the task it is about
 * @param sender who sent it, as it named itself
 * @param senderRole what its sender is, by what it may write: this can be relied on
 * @param sentAt on the control plane's clock
 * @param replyTo the message that it answers
 * @param correlation what the sender, or the message that it answers, is known by; may be empty
 * @param undeliverableTo for a message that came to the lead instead: who it was meant for
 * @param undeliverableBecause for such a message why; else empty
 */
public record Message(
        String runId,
        long number,
        String id,
        MessageKind kind,
        MessagePriority priority,
        String topic,
        Optional<String> taskId,
        String body,
        String sender,
        SenderRole senderRole,
        Instant sentAt,
        Optional<Instant> expiresAt,
        Optional<String> replyTo,
        String correlation,
        Optional<String> undeliverableTo,
        String undeliverableBecause) {

    static Message of(String runId, DeliveredMessage m) {
        return new Message(
                runId,
                m.getNumber(),
                m.getMessageId(),
                m.getKind(),
                m.getPriority(),
                m.getTopic(),
                Optional.ofNullable(m.getTaskId()),
                m.getBody(),
                m.getSender(),
                m.getSenderRole(),
                m.getSentAt(),
                Optional.ofNullable(m.getExpiresAt()),
                Optional.ofNullable(m.getReplyTo()),
                m.getCorrelation(),
                Optional.ofNullable(m.getUndeliverableTo()),
                m.getUndeliverableBecause());
    }

    /** An answer to it, of that kind: to who sent it, about the same task, as urgent. */
    public Letter reply(MessageKind answerKind, String answer) {
        boolean one = senderRole == SenderRole.AGENT || senderRole == SenderRole.CONTROL_PLANE;
        String to = one ? sender : Letter.LEAD;
        Letter letter = Letter.to(to, answerKind, answer)
                .priority(priority)
                .topic(topic)
                .answering(id, correlation);
        return taskId.map(letter::about).orElse(letter);
    }
}
