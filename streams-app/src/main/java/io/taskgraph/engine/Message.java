package io.taskgraph.engine;

import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.SenderRole;

/**
 * A message that somebody has yet to read. It is kept once, however many mailboxes it is in: see {@link Posting}.
 *
 * @param id {@code <sequence of the sending decision>.<number within it, from 1>}
 * @param recipient as the sender named it: a worker, {@link Mailboxes#LEAD} or {@link Mailboxes#EVERYBODY}
 * @param sender who sent it, as it named itself
 * @param sentIn message id of the input that it was sent in
 * @param taskId the task it is about, or null
 * @param sentAt milliseconds since the epoch
 * @param expiresAt milliseconds since the epoch, 0: never
 * @param replyTo the message it answers, or null
 */
public record Message(
        String id,
        String recipient,
        MessageKind kind,
        MessagePriority priority,
        String topic,
        String taskId,
        String body,
        String sender,
        SenderRole senderRole,
        String sentIn,
        long sentAt,
        long expiresAt,
        String replyTo,
        String correlation) {

    static final Table.Kind<Message> ENTRY = new Table.Kind<>((byte) 'M', "message", Message::write, Message::read);

    static String idOf(long sequence, int number) {
        return sequence + "." + number;
    }

    boolean forEverybody() {
        return recipient.equals(Mailboxes.EVERYBODY);
    }

    private static void write(EntryWriter out, Message m) {
        out.text(1, m.recipient)
                .number(2, m.kind.ordinal())
                .number(3, m.priority.ordinal())
                .text(4, m.topic)
                .text(5, m.taskId)
                .text(6, m.body)
                .text(7, m.sender)
                .number(8, m.senderRole.ordinal())
                .text(9, m.sentIn)
                .number(10, m.sentAt)
                .number(11, m.expiresAt)
                .text(12, m.replyTo)
                .text(13, m.correlation);
    }

    private static Message read(String id, EntryReader in) {
        String[] texts = new String[14];
        long[] numbers = new long[14];
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1, 4, 5, 6, 7, 9, 12, 13 -> texts[f] = in.text();
                case 2, 3, 8, 10, 11 -> numbers[f] = in.number();
                default -> in.skip();
            }
        }
        return new Message(
                id,
                texts[1],
                MessageKind.values()[(int) numbers[2]],
                MessagePriority.values()[(int) numbers[3]],
                texts[4],
                texts[5],
                texts[6],
                texts[7],
                SenderRole.values()[(int) numbers[8]],
                texts[9],
                numbers[10],
                numbers[11],
                texts[12],
                texts[13]);
    }
}
