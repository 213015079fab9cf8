package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The section {@code flags}. */
final class FlagsSection {
    static final List<String> KEYS = Arrays.stream(Flag.values()).map(Flag::key).toList();

    private FlagsSection() {}

    static Set<Flag> read(Reading reading, Node node, Set<Flag> inherited) {
        EnumSet<Flag> on = EnumSet.noneOf(Flag.class);
        on.addAll(inherited);
        reading.section(
                node, "flags", KEYS, (key, value) -> reading.truth(value, key).ifPresent(truth -> {
                    Flag flag = Flag.ofKey(key).orElseThrow();
                    if (truth) {
                        on.add(flag);
                    } else {
                        on.remove(flag);
                    }
                }));
        return on;
    }

    static void write(StringBuilder text, Set<Flag> flags) {
        text.append("flags:\n");
        for (Flag flag : Flag.values()) {
            text.append("  ")
                    .append(flag.key())
                    .append(": ")
                    .append(flags.contains(flag))
                    .append('\n');
        }
    }
}
