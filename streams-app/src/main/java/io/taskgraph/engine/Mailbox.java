package io.taskgraph.engine;

/**
 * How far a recipient is with its messages.
 *
 * @param delivered the last delivery number that was given
 * @param readTo the delivery number up to which everything is read
 * @param since the last progress while something was delivered and not read, in milliseconds since the epoch
 * @param again how often it was delivered again since then
 */
record Mailbox(String recipient, long delivered, long readTo, long since, int again) {
    /** The least and the most time until what is not read is delivered again, in milliseconds. */
    private static final long PATIENCE = 1_000;

    private static final long MOST_PATIENCE = 600_000;

    static final Table.Kind<Mailbox> ENTRY = new Table.Kind<>(
            (byte) 'B',
            "mailbox",
            (out, m) -> out.number(1, m.delivered)
                    .number(2, m.readTo)
                    .number(3, m.since)
                    .number(4, m.again),
            (id, in) -> {
                long[] n = in.numbersTo(5);
                return new Mailbox(id, n[1], n[2], n[3], (int) n[4]);
            });

    static Mailbox unused(String recipient) {
        return new Mailbox(recipient, 0, 0, 0, 0);
    }

    /** Messages were delivered, the first ones that are not read, or further ones. */
    Mailbox delivered(int count, boolean first, long at) {
        return new Mailbox(recipient, delivered + count, readTo, first ? at : since, first ? 0 : again);
    }

    Mailbox deliveredAgain(long at) {
        return new Mailbox(recipient, delivered, readTo, at, again + 1);
    }

    Mailbox read(long upTo, long at) {
        return new Mailbox(recipient, delivered, upTo, at, 0);
    }

    /** When what is not read is delivered again: three times the bound of delivery, and ever more seldom. */
    long againAt(long withinMillis) {
        long patience = Math.max(PATIENCE, 3 * withinMillis) << Math.min(again, 10);
        return since + Math.min(patience, MOST_PATIENCE);
    }
}
