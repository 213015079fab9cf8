package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The section {@code caps}. */
final class CapsSection {
    static final List<String> KEYS = Arrays.stream(Cap.values()).map(Cap::key).toList();

    private CapsSection() {}

    static Caps read(Reading reading, Node node, Caps inherited) {
        Caps[] caps = {inherited};
        reading.section(node, "caps", KEYS, (key, value) -> {
            Cap cap = Cap.ofKey(key).orElseThrow();
            Optional<Long> number = reading.quantity(value, key, cap.unit(), cap.least(), cap.most());
            if (number.isPresent()) {
                caps[0] = caps[0].with(cap, number.get());
            }
        });
        return caps[0];
    }

    static void write(StringBuilder text, Caps caps) {
        text.append("caps:\n");
        for (Cap cap : Cap.values()) {
            text.append("  ")
                    .append(cap.key())
                    .append(": ")
                    .append(cap.write(caps.get(cap)))
                    .append('\n');
        }
    }
}
