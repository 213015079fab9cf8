package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code checkpoints}. */
final class CheckpointsSection {
    static final List<String> KEYS = List.of("at", "agents", "keep");

    private static final int MOST_KEPT = 1_000;
    private static final Map<String, Phase> WORDS = Reading.words(Phase.values(), Phase::key);

    private CheckpointsSection() {}

    static CheckpointPolicy read(Reading reading, Node node, CheckpointPolicy inherited) {
        Object[] v = {inherited.at(), inherited.agents(), inherited.keep()};
        reading.section(node, "checkpoints", KEYS, (key, value) -> {
            switch (key) {
                case "at" -> v[0] = phases(reading, value);
                case "agents" -> v[1] = reading.truth(value, key).orElse((Boolean) v[1]);
                default ->
                    v[2] = reading.whole(value, key, 1, MOST_KEPT)
                            .map(Long::intValue)
                            .orElse((Integer) v[2]);
            }
        });
        @SuppressWarnings("unchecked")
        Set<Phase> at = (Set<Phase>) v[0];
        return new CheckpointPolicy(at, (Boolean) v[1], (Integer) v[2]);
    }

    private static Set<Phase> phases(Reading reading, Node node) {
        Set<Phase> at = EnumSet.noneOf(Phase.class);
        for (Node item : reading.list(node, "at", Phase.values().length)) {
            reading.word(item, "a phase to take checkpoints at", WORDS).ifPresent(phase -> {
                if (phase == Phase.IDLE) {
                    reading.problem(item, "a run has nothing to keep while it is idle; leave idle out");
                } else if (!at.add(phase)) {
                    reading.problem(item, phase.key() + " is given twice; once is enough");
                }
            });
        }
        return at;
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, CheckpointPolicy c) {
        if (c.equals(CheckpointPolicy.DEFAULT)) {
            return;
        }
        text.append("checkpoints: {at: [")
                .append(c.at().stream().map(Phase::key).collect(Collectors.joining(", ")))
                .append("], agents: ")
                .append(c.agents())
                .append(", keep: ")
                .append(c.keep())
                .append("}\n");
    }
}
