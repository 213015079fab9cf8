package io.taskgraph.schemas.admin;

import io.taskgraph.schemas.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A topic of the catalogue as a cluster has it.
 *
 * @param topic what the catalogue says
 * @param exists whether the cluster has it at all; if not, the numbers are 0 and there are no settings
 * @param partitions how many partitions it has
 * @param replicas how many replicas its first partition has
 * @param settings the cluster's values of the settings that the catalogue names, in name order
 */
public record TopicState(Topic<?> topic, boolean exists, int partitions, int replicas, Map<String, String> settings) {
    public TopicState {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    static TopicState missing(Topic<?> topic) {
        return new TopicState(topic, false, 0, 0, Map.of());
    }

    /** What differs from the catalogue, settings in name order; empty if nothing does. */
    public List<Drift> drift() {
        if (!exists) {
            return List.of(new Drift(topic.name(), Drift.Kind.MISSING, "", "", ""));
        }
        List<Drift> drift = new ArrayList<>();
        if (partitions != topic.partitions()) {
            drift.add(new Drift(
                    topic.name(),
                    Drift.Kind.PARTITIONS,
                    "partitions",
                    Integer.toString(topic.partitions()),
                    Integer.toString(partitions)));
        }
        topic.settings().forEach((name, expected) -> {
            String actual = settings.getOrDefault(name, "");
            if (!expected.equals(actual)) {
                drift.add(new Drift(topic.name(), Drift.Kind.SETTING, name, expected, actual));
            }
        });
        return List.copyOf(drift);
    }
}
