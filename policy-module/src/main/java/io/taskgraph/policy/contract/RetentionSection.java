package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.List;

/** The section {@code retention}. */
final class RetentionSection {
    static final List<String> KEYS = List.of("decisions", "age", "finished");

    private static final long TEN_YEARS = 87_600L * 3_600_000;

    private RetentionSection() {}

    static RetentionPolicy read(Reading reading, Node node, RetentionPolicy inherited) {
        long[] v = {inherited.decisions(), inherited.ageMillis(), inherited.finishedMillis()};
        reading.section(node, "retention", KEYS, (key, value) -> {
            switch (key) {
                case "decisions" ->
                    v[0] = reading.whole(value, key, 0, 1_000_000_000).orElse(v[0]);
                case "age" ->
                    v[1] = reading.quantity(value, key, Unit.MILLIS, 0, TEN_YEARS)
                            .orElse(v[1]);
                default ->
                    v[2] = reading.quantity(value, key, Unit.MILLIS, 0, TEN_YEARS)
                            .orElse(v[2]);
            }
        });
        return new RetentionPolicy((int) v[0], v[1], v[2]);
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, RetentionPolicy r) {
        if (r.equals(RetentionPolicy.DEFAULT)) {
            return;
        }
        text.append("retention: {decisions: ").append(r.decisions());
        text.append(", age: ").append(Unit.MILLIS.write(r.ageMillis()));
        text.append(", finished: ")
                .append(Unit.MILLIS.write(r.finishedMillis()))
                .append("}\n");
    }
}
