package io.taskgraph.engine;

import io.taskgraph.avro.MessagePriority;
import java.util.Comparator;

/**
 * That a message is in a mailbox: it waits there, or is delivered and not read. What orders it is repeated from the
 * message, so that the order is known without it.
 *
 * @param recipient whose mailbox: a worker's, or {@link Mailboxes#LEAD}
 * @param sentAt milliseconds since the epoch
 * @param expiresAt milliseconds since the epoch, 0: never
 * @param number its delivery number, 0 while it waits
 * @param undeliverableTo who it was meant for, if it came to the lead instead; else null
 * @param because why it came to the lead; else null
 */
public record Posting(
        String recipient,
        String messageId,
        MessagePriority priority,
        long sentAt,
        long expiresAt,
        long number,
        String undeliverableTo,
        String because) {

    /** Oldest first. */
    static final Comparator<Posting> BY_AGE = Comparator.comparingLong((Posting p) -> p.sequence())
            .thenComparingInt(Posting::numberInDecision)
            .thenComparing(Posting::recipient);

    /** Most urgent first, then oldest. */
    static final Comparator<Posting> BY_URGENCY =
            Comparator.comparing(Posting::priority).thenComparing(BY_AGE);

    static final Comparator<Posting> BY_EXPIRY =
            Comparator.comparingLong(Posting::expiresAt).thenComparing(BY_AGE);

    static final Table.Kind<Posting> ENTRY = new Table.Kind<>((byte) 'P', "posting", Posting::write, Posting::read);

    /** No id holds a line feed. */
    private static final char SEPARATOR = '\n';

    static String keyOf(String recipient, String messageId) {
        return recipient + SEPARATOR + messageId;
    }

    String key() {
        return keyOf(recipient, messageId);
    }

    private long sequence() {
        return Long.parseLong(messageId, 0, messageId.indexOf('.'), 10);
    }

    private int numberInDecision() {
        return Integer.parseInt(messageId, messageId.indexOf('.') + 1, messageId.length(), 10);
    }

    Posting numbered(long n) {
        return new Posting(recipient, messageId, priority, sentAt, expiresAt, n, undeliverableTo, because);
    }

    /** The same in the mailbox of the lead, where it waits anew. */
    Posting atLead(String why) {
        return new Posting(Mailboxes.LEAD, messageId, priority, sentAt, expiresAt, 0, recipient, why);
    }

    private static void write(EntryWriter out, Posting p) {
        out.number(1, p.priority.ordinal())
                .number(2, p.sentAt)
                .number(3, p.expiresAt)
                .number(4, p.number)
                .text(5, p.undeliverableTo)
                .text(6, p.because);
    }

    private static Posting read(String key, EntryReader in) {
        String[] texts = new String[7];
        long[] numbers = new long[7];
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1, 2, 3, 4 -> numbers[f] = in.number();
                case 5, 6 -> texts[f] = in.text();
                default -> in.skip();
            }
        }
        int end = key.indexOf(SEPARATOR);
        return new Posting(
                key.substring(0, end),
                key.substring(end + 1),
                MessagePriority.values()[(int) numbers[1]],
                numbers[2],
                numbers[3],
                numbers[4],
                texts[5],
                texts[6]);
    }
}
