package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.List;

/** The section {@code mailbox}. */
final class MailboxSection {
    static final List<String> KEYS = List.of("capacity", "batch", "within", "max_message");

    private static final long HOUR = 3_600_000;

    private MailboxSection() {}

    static MailboxPolicy read(Reading reading, Node node, MailboxPolicy inherited) {
        long[] v = {inherited.capacity(), inherited.batch(), inherited.withinMillis(), inherited.maxMessageBytes()};
        reading.section(node, "mailbox", KEYS, (key, value) -> {
            switch (key) {
                case "capacity" -> v[0] = reading.whole(value, key, 1, 100_000).orElse(v[0]);
                case "batch" -> v[1] = reading.whole(value, key, 1, 500).orElse(v[1]);
                case "within" ->
                    v[2] = reading.quantity(value, key, Unit.MILLIS, 0, HOUR).orElse(v[2]);
                default ->
                    v[3] = reading.quantity(value, key, Unit.BYTES, 0, 256 * 1024)
                            .orElse(v[3]);
            }
        });
        return new MailboxPolicy((int) v[0], (int) v[1], v[2], (int) v[3]);
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, MailboxPolicy m) {
        if (m.equals(MailboxPolicy.DEFAULT)) {
            return;
        }
        text.append("mailbox: {capacity: ").append(m.capacity());
        text.append(", batch: ").append(m.batch());
        text.append(", within: ").append(Unit.MILLIS.write(m.withinMillis()));
        text.append(", max_message: ")
                .append(Unit.BYTES.write(m.maxMessageBytes()))
                .append("}\n");
    }
}
