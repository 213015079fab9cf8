package io.taskgraph.engine;

import io.taskgraph.avro.ContextProvided;
import io.taskgraph.avro.ContextRequested;
import io.taskgraph.avro.MailAcknowledged;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MessageDisplaced;
import io.taskgraph.avro.MessageExpired;
import io.taskgraph.avro.MessageQueued;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MessageUndeliverable;
import java.util.List;
import java.util.Set;

/** What facts about messages change in a run. */
final class ApplyMail {
    private ApplyMail() {}

    static void register(Applications to) {
        to.on(MessageQueued.class, ApplyMail::queued);
        to.on(MailDelivered.class, ApplyMail::delivered);
        to.on(MailAcknowledged.class, ApplyMail::read);
        to.on(MessageExpired.class, (run, f, w) -> run.mail()
                .recipientsOf(f.getMessageId())
                .forEach(recipient -> remove(run, recipient, f.getMessageId())));
        to.on(MessageUndeliverable.class, (run, f, w) -> {
            Posting before = run.mail().posting(f.getRecipient(), f.getMessageId());
            if (f.getToLead()) {
                put(run, before.atLead(f.getReason()));
            }
            remove(run, f.getRecipient(), f.getMessageId());
        });
        to.on(MessageDisplaced.class, (run, f, w) -> remove(run, f.getRecipient(), f.getMessageId()));
        to.on(ContextRequested.class, (run, f, w) -> {
            Message question = run.tables().messages.get(f.getMessageId());
            ContextWait known = run.tables().contextWaits.get(f.getTaskId());
            ContextWait before = known == null || known.attempt() != f.getAttempt()
                    ? ContextWait.none(f.getTaskId(), f.getAttempt(), question.sender())
                    : known;
            run.tables().contextWaits.put(f.getTaskId(), before.asked(f.getMessageId(), question.sentIn(), w.at()));
        });
        to.on(ContextProvided.class, (run, f, w) -> {
            ContextWait waiting = run.tables().contextWaits.get(f.getTaskId());
            run.tables().contextWaits.put(f.getTaskId(), waiting.answered(f.getMessageId(), w.at()));
            run.look(f.getTaskId(), w.at());
        });
    }

    private static void queued(Run run, MessageQueued f, Applications.Moment when) {
        MessageSpec s = f.getMessage();
        Message m = new Message(
                f.getMessageId(),
                s.getRecipient(),
                s.getKind(),
                s.getPriority(),
                s.getTopic(),
                s.getTaskId(),
                s.getBody(),
                f.getSender(),
                f.getSenderRole(),
                f.getSentIn(),
                when.at(),
                f.getExpiresAt() == null ? 0 : f.getExpiresAt().toEpochMilli(),
                s.getReplyTo(),
                s.getCorrelation());
        run.tables().messages.put(m.id(), m);
        if (!m.forEverybody()) {
            post(run, m, m.recipient());
            return;
        }
        Set<String> except = Set.copyOf(f.getExceptFor());
        int posted = 0;
        for (Worker w : run.tables().workers.values()) {
            if (Mailboxes.isOfEverybody(w) && !except.contains(w.id())) {
                post(run, m, w.id());
                posted++;
            }
        }
        if (posted == 0) {
            // There is nobody: what becomes of it is told by the next fact.
            post(run, m, Mailboxes.EVERYBODY);
        }
    }

    private static void post(Run run, Message m, String recipient) {
        put(run, new Posting(recipient, m.id(), m.priority(), m.sentAt(), m.expiresAt(), 0, null, null));
    }

    private static void put(Run run, Posting p) {
        run.tables().postings.put(p.key(), p);
    }

    /** Takes a message out of a mailbox; it is forgotten with the last. */
    private static void remove(Run run, String recipient, String messageId) {
        run.tables().postings.remove(Posting.keyOf(recipient, messageId));
        if (run.mail().recipientsOf(messageId).isEmpty()) {
            run.tables().messages.remove(messageId);
        }
    }

    private static void delivered(Run run, MailDelivered f, Applications.Moment when) {
        Mailbox before = run.mail().of(f.getRecipient());
        if (f.getAgain()) {
            run.tables().mailboxes.put(f.getRecipient(), before.deliveredAgain(when.at()));
            return;
        }
        boolean first = run.mail().box(f.getRecipient()).delivered().isEmpty();
        long number = before.delivered();
        for (String id : f.getMessageIds()) {
            put(run, run.mail().posting(f.getRecipient(), id).numbered(++number));
        }
        run.tables()
                .mailboxes
                .put(f.getRecipient(), before.delivered(f.getMessageIds().size(), first, when.at()));
    }

    private static void read(Run run, MailAcknowledged f, Applications.Moment when) {
        Mailboxes.Box box = run.mail().box(f.getRecipient());
        if (box != null) {
            List<Posting> read =
                    List.copyOf(box.delivered().headMap(f.getUpTo(), true).values());
            read.forEach(p -> remove(run, p.recipient(), p.messageId()));
        }
        run.tables()
                .mailboxes
                .put(f.getRecipient(), run.mail().of(f.getRecipient()).read(f.getUpTo(), when.at()));
    }
}
