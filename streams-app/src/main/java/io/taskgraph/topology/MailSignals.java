package io.taskgraph.topology;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MessageDisplaced;
import io.taskgraph.avro.MessageRefused;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.engine.Mailboxes;
import io.taskgraph.engine.Message;
import io.taskgraph.engine.Posting;
import io.taskgraph.engine.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a decision tells recipients and senders of messages: what is delivered to them; and to an agent, that a message of
 * its own was refused or gave way. Who else sends reads the decision itself.
 */
final class MailSignals {
    private MailSignals() {}

    /** Whether the decision delivers or takes back messages. */
    static boolean carriedBy(Fact f) {
        return f.getMailDelivered() != null || f.getMessageDisplaced() != null;
    }

    /** Hands each delivery, with the recipient it is for, to {@code to}. */
    static void deliveries(Run run, Decision d, BiConsumer<String, DeliverMessages> to) {
        for (Fact f : d.getFacts()) {
            MailDelivered delivered = f.getMailDelivered();
            if (delivered != null) {
                DeliverMessages command = delivery(run.mail(), delivered);
                if (!command.getMessages().isEmpty()) {
                    to.accept(delivered.getRecipient(), command);
                }
            }
        }
    }

    private static DeliverMessages delivery(Mailboxes mail, MailDelivered delivered) {
        String recipient = delivered.getRecipient();
        List<DeliveredMessage> messages = new ArrayList<>();
        for (String id : delivered.getMessageIds()) {
            Posting p = mail.posting(recipient, id);
            // A later fact of the same decision may have taken it out again.
            if (p != null) {
                messages.add(message(mail.message(id), p));
            }
        }
        long readTo = mail.readTo(recipient);
        long after = messages.isEmpty()
                ? readTo
                : mail.unreadBefore(recipient, messages.get(0).getNumber());
        return new DeliverMessages(readTo, after, delivered.getAgain(), messages);
    }

    private static DeliveredMessage message(Message m, Posting p) {
        return new DeliveredMessage(
                p.number(),
                m.id(),
                m.kind(),
                m.priority(),
                m.topic(),
                m.taskId(),
                m.body(),
                m.sender(),
                m.senderRole(),
                Instant.ofEpochMilli(m.sentAt()),
                m.expiresAt() == 0 ? null : Instant.ofEpochMilli(m.expiresAt()),
                m.replyTo(),
                m.correlation(),
                p.undeliverableTo(),
                p.because() == null ? "" : p.because());
    }

    /** Hands each word to an agent about a message of its own, with the agent it is for, to {@code to}. */
    static void refusals(Decision d, BiConsumer<String, MessageRefused> to) {
        Rejection r = d.getRejection();
        if (d.getOutcome() == Outcome.REJECTED && r.getDetails().containsKey("sent_in")) {
            to.accept(
                    r.getDetails().get("sender"),
                    new MessageRefused(
                            r.getDetails().get("sent_in"), r.getCode().name(), r.getMessage()));
        }
        for (Fact f : d.getFacts()) {
            MessageDisplaced displaced = f.getMessageDisplaced();
            if (displaced != null && displaced.getSenderRole() == SenderRole.AGENT) {
                to.accept(
                        displaced.getSender(),
                        new MessageRefused(
                                displaced.getSentIn(),
                                RejectionCode.MAILBOX_FULL.name(),
                                "it gave way to a more urgent message in the full mailbox of "
                                        + displaced.getRecipient()));
            }
        }
    }
}
