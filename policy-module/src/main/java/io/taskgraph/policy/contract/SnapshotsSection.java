package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.List;

/** The section {@code snapshots}. */
final class SnapshotsSection {
    static final List<String> KEYS = List.of("every", "interval", "at_end", "keep");

    private static final long YEAR = 8_760L * 3_600_000;

    private SnapshotsSection() {}

    static SnapshotPolicy read(Reading reading, Node node, SnapshotPolicy inherited) {
        long[] v = {inherited.every(), inherited.intervalMillis(), inherited.keep()};
        boolean[] atEnd = {inherited.atEnd()};
        reading.section(node, "snapshots", KEYS, (key, value) -> {
            switch (key) {
                case "every" ->
                    v[0] = reading.whole(value, key, 0, 1_000_000_000).orElse(v[0]);
                case "interval" ->
                    v[1] = reading.quantity(value, key, Unit.MILLIS, 0, YEAR).orElse(v[1]);
                case "at_end" -> atEnd[0] = reading.truth(value, key).orElse(atEnd[0]);
                default -> v[2] = reading.whole(value, key, 1, 1_000).orElse(v[2]);
            }
        });
        return new SnapshotPolicy((int) v[0], v[1], atEnd[0], (int) v[2]);
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, SnapshotPolicy s) {
        if (s.equals(SnapshotPolicy.DEFAULT)) {
            return;
        }
        text.append("snapshots: {every: ").append(s.every());
        text.append(", interval: ").append(Unit.MILLIS.write(s.intervalMillis()));
        text.append(", at_end: ").append(s.atEnd());
        text.append(", keep: ").append(s.keep()).append("}\n");
    }
}
