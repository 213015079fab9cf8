package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.TrustSettings;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The section {@code trust}. */
final class TrustSection {
    static final List<String> KEYS = List.of("default", "agent_types", "publishers");

    private static final Map<String, TrustLevel> LEVELS = Reading.words(TrustLevel.values(), TrustLevel::key);
    private static final int LONGEST_NAME = 256;

    private TrustSection() {}

    static TrustSettings read(Reading reading, Node node, TrustSettings inherited) {
        TrustSettings[] t = {inherited};
        reading.section(node, "trust", KEYS, (key, value) -> {
            switch (key) {
                case "default" ->
                    reading.word(value, key, LEVELS)
                            .ifPresent(l -> t[0] = new TrustSettings(l, t[0].agentTypes(), t[0].publishers()));
                case "agent_types" ->
                    t[0] = new TrustSettings(
                            t[0].ifNotNamed(), levels(reading, key, value, t[0].agentTypes()), t[0].publishers());
                default ->
                    t[0] = new TrustSettings(
                            t[0].ifNotNamed(), t[0].agentTypes(), levels(reading, key, value, t[0].publishers()));
            }
        });
        return t[0];
    }

    private static SortedMap<String, TrustLevel> levels(
            Reading reading, String what, Node node, SortedMap<String, TrustLevel> inherited) {
        SortedMap<String, TrustLevel> levels = new TreeMap<>(inherited);
        reading.mapping(node, what).ifPresent(mapping -> {
            for (Node.Entry entry : mapping.entries()) {
                Node.Scalar key = entry.key();
                // Whatever YAML would take a key for, here it is a name.
                Node name = new Node.Scalar(Node.Kind.TEXT, key.text(), key.line(), key.column());
                reading.text(name, "a name under " + what, LONGEST_NAME)
                        .ifPresent(n -> reading.word(entry.value(), "the level of " + n, LEVELS)
                                .ifPresent(level -> levels.put(n, level)));
            }
        });
        return levels;
    }

    static void write(StringBuilder text, TrustSettings trust) {
        text.append("trust:\n  default: ").append(trust.ifNotNamed().key()).append('\n');
        write(text, "agent_types", trust.agentTypes());
        write(text, "publishers", trust.publishers());
    }

    private static void write(StringBuilder text, String what, SortedMap<String, TrustLevel> levels) {
        text.append("  ").append(what).append(":").append(levels.isEmpty() ? " {}\n" : "\n");
        levels.forEach((name, level) -> text.append("    ")
                .append(Quoted.of(name))
                .append(": ")
                .append(level.key())
                .append('\n'));
    }
}
