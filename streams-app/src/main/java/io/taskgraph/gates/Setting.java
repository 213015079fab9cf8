package io.taskgraph.gates;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a set takes a gate.
 *
 * @param blocking whether the set fails with it
 * @param values its thresholds, every one, by key
 */
public record Setting(boolean blocking, Map<String, Long> values) {
    /** Keeps the thresholds in order. */
    public Setting {
        values = new TreeMap<>(values);
    }

    long of(Threshold t) {
        return values.get(t.key());
    }
}
