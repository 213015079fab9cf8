package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The section {@code gates}. */
final class GatesSection {
    static final List<String> KEYS = List.of("required");

    private static final int MOST = 16;

    private GatesSection() {}

    static GatesPolicy read(Reading reading, Node node, GatesPolicy inherited) {
        GatesPolicy[] g = {inherited};
        reading.section(node, "gates", KEYS, (key, value) -> {
            SortedSet<String> required = new TreeSet<>();
            for (Node item : reading.list(value, key, MOST)) {
                reading.name(item, "a set of gates").ifPresent(name -> {
                    if (name.length() > 64) {
                        reading.problem(item, "a set of gates has a name of at most 64 characters; shorten it");
                    } else if (!required.add(name)) {
                        reading.problem(item, "\"" + name + "\" is given twice; keep one of them");
                    }
                });
            }
            g[0] = new GatesPolicy(required);
        });
        return g[0];
    }

    /** A set that is required where the flag is off would be waited for without anybody being able to record it. */
    static void check(Reading reading, Node node, GatesPolicy gates, java.util.Set<Flag> flags) {
        if (!gates.required().isEmpty() && !flags.contains(Flag.REGRESSION_GATES)) {
            reading.problem(
                    node,
                    "gates are required and the flag regression_gates is off, so that no verdict could be recorded;"
                            + " turn it on, or require none");
        }
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, GatesPolicy g) {
        if (g.equals(GatesPolicy.DEFAULT)) {
            return;
        }
        text.append("gates: {required: [")
                .append(String.join(", ", g.required().stream().map(Quoted::of).toList()))
                .append("]}\n");
    }
}
