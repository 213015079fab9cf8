package io.taskgraph.engine;

import io.taskgraph.avro.MailAcknowledged;
import io.taskgraph.avro.MailDelivered;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageExpired;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageUndeliverable;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Flag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides how messages leave mailboxes: delivered, delivered again, read, expired, returned. Level-triggered: it looks at
 * what is in the mailboxes that this decision is about, and at those whose date has come. How they get in:
 * {@link Sending}.
 */
final class Mail {
    /** How many mailboxes one decision delivers from, beside that of who was heard; the rest follow at once. */
    private static final int MAILBOXES = 200;
    /** How many messages one decision lets expire or sends back; the rest follow at once. */
    private static final int MESSAGES = 500;
    /** How many bytes one delivery takes at the most, one message excepted: it is one record. */
    private static final int BYTES = 600_000;
    /** What a delivered message takes beside its texts. */
    private static final int BYTES_PER_MESSAGE = 200;

    private Mail() {}

    /**
     * What follows for the mail from the state after an accepted input.
     *
     * @param heard the recipient that it came from, or null
     */
    static void proceed(Deliberation d, String heard) {
        Run run = d.run();
        if (!run.exists()
                || run.quarantine() != null
                || run.mail().isEmpty()
                || !d.policy().on(Flag.PRIORITY_MAILBOX)) {
            return;
        }
        if (!expire(d)) {
            return;
        }
        if (heard != null && run.mail().box(heard) != null && run.mail().present(heard)) {
            deliver(d, heard);
        }
        int left = MESSAGES;
        for (String recipient : run.mail().due(d.now(), MAILBOXES)) {
            if (!run.mail().present(recipient)) {
                left -= sendBack(d, recipient, left);
            } else if (deliver(d, recipient) == 0) {
                deliverAgain(d, recipient);
            }
        }
    }

    /** Whether nothing is left that has expired. */
    private static boolean expire(Deliberation d) {
        List<Posting> expired = d.run().mail().expired(d.now(), MESSAGES);
        Set<String> done = new TreeSet<>();
        for (Posting p : expired) {
            if (done.add(p.messageId())) {
                d.emit(new MessageExpired(
                        p.messageId(),
                        d.run().mail().recipientsOf(p.messageId()).size()));
            }
        }
        return expired.size() < MESSAGES || d.run().mail().expired(d.now(), 1).isEmpty();
    }

    /** Delivers what waits, the critical all, the others as there is room. Gives how many deliveries it took. */
    private static int deliver(Deliberation d, String recipient) {
        int deliveries = 0;
        boolean urgent = true;
        while (urgent) {
            Mailboxes.Box box = d.run().mail().box(recipient);
            List<String> batch = batch(d, box.waiting(), d.run().mail().room(box));
            if (batch.isEmpty()) {
                break;
            }
            d.emit(new MailDelivered(
                    recipient, batch, false, d.run().mail().of(recipient).delivered() + batch.size()));
            deliveries++;
            urgent = !box.waiting().isEmpty() && box.waiting().first().priority() == MessagePriority.CRITICAL;
        }
        return deliveries;
    }

    /** Ids of the first of these, as many as one delivery takes, and of those that are not critical as there is room for. */
    private static List<String> batch(Deliberation d, Collection<Posting> of, int room) {
        List<String> ids = new ArrayList<>();
        int most = d.policy().mailbox().batch();
        int left = room;
        long bytes = 0;
        for (Posting p : of) {
            left--;
            if (ids.size() == most || left < 0 && p.priority() != MessagePriority.CRITICAL) {
                break;
            }
            bytes += bytes(d.run().mail().message(p.messageId()), p);
            if (bytes > BYTES && !ids.isEmpty()) {
                break;
            }
            ids.add(p.messageId());
        }
        return ids;
    }

    private static long bytes(Message m, Posting p) {
        return BYTES_PER_MESSAGE
                + utf8(m.body())
                + 3L
                        * (m.topic().length()
                                + m.sender().length()
                                + m.correlation().length()
                                + (m.taskId() == null ? 0 : m.taskId().length())
                                + (p.because() == null
                                        ? 0
                                        : p.because().length()
                                                + p.undeliverableTo().length()));
    }

    /** How many bytes the text takes in UTF-8. */
    private static long utf8(String s) {
        long bytes = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    private static void deliverAgain(Deliberation d, String recipient) {
        Mailboxes.Box box = d.run().mail().box(recipient);
        if (box == null || box.delivered().isEmpty()) {
            return;
        }
        List<String> ids = batch(d, box.delivered().values(), Integer.MAX_VALUE);
        d.emit(new MailDelivered(
                recipient, ids, true, d.run().mail().of(recipient).delivered()));
    }

    /** Sends the mail of a worker that is gone to the lead; gives how many messages, at most so many. */
    private static int sendBack(Deliberation d, String recipient, int limit) {
        Mailboxes.Box box = d.run().mail().box(recipient);
        List<Posting> all = new ArrayList<>(box.delivered().values());
        all.addAll(box.waiting());
        String why = absence(d.run().tables().workers.get(recipient));
        int sent = 0;
        for (Posting p : all) {
            if (sent == limit) {
                break;
            }
            boolean room =
                    d.run().mail().size(Mailboxes.LEAD) < d.policy().mailbox().capacity();
            // What was for everybody was for whoever is there.
            boolean toLead = room && !d.run().mail().message(p.messageId()).forEverybody();
            d.emit(new MessageUndeliverable(p.messageId(), recipient, why, toLead));
            sent++;
        }
        return sent;
    }

    /** Why a worker gets no mail. */
    static String absence(Worker w) {
        if (w == null) {
            return "no worker of that name has worked for the run";
        }
        return w.state() == Worker.State.LOST ? "the worker was lost" : "the worker left";
    }

    /** The recipient has read up to there. */
    static Rejection read(Deliberation d, String recipient, MailRead read) {
        Mailbox box = d.run().mail().of(recipient);
        if (read.getUpTo() < 0) {
            return Refusal.invalid("up_to", "is " + read.getUpTo() + "; give 0 or more");
        }
        if (read.getUpTo() > box.delivered()) {
            return Refusal.of(
                            RejectionCode.NOT_DELIVERED,
                            "message " + read.getUpTo() + " cannot be read: " + Texts.quoted(recipient)
                                    + " was given messages up to " + box.delivered())
                    .with("recipient", recipient)
                    .with("up_to", read.getUpTo())
                    .with("delivered", box.delivered())
                    .build();
        }
        heard(d, recipient, read.getUpTo());
        if (read.getAgain()
                && d.policy().on(Flag.PRIORITY_MAILBOX)
                && d.run().mail().present(recipient)) {
            deliverAgain(d, recipient);
        }
        return null;
    }

    /** The same, said by the way: what cannot be is passed over. */
    static void heard(Deliberation d, String recipient, long upTo) {
        Mailbox box = d.run().mail().of(recipient);
        if (upTo > box.readTo() && upTo <= box.delivered()) {
            d.emit(new MailAcknowledged(recipient, upTo));
        }
    }
}
