package io.taskgraph.client;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A run to be created.
 *
 * @param runId its id: 1 to 128 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot
 * @param name a name for people, at most 256 characters
 * @param goal what the team is to reach, at most 4096 characters
 * @param preset name of the policy preset that it pins
 * @param labels for selection and for people: at most 64
 * @param patch its first operations; may be empty
 */
public record RunSpec(String runId, String name, String goal, String preset, Map<String, String> labels, Patch patch) {

    public RunSpec {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(preset, "preset");
        labels = new TreeMap<>(labels);
        Objects.requireNonNull(patch, "patch");
    }

    /** A run under a fresh id, without tasks, with the default policy. */
    public static RunSpec named(String name) {
        return withId("run-" + Ids.shortRandom()).name(name);
    }

    /** A run under that id, without tasks, with the default policy. */
    public static RunSpec withId(String runId) {
        return new RunSpec(runId, "", "", "default", Map.of(), Patch.empty());
    }

    /** The same with that name. */
    public RunSpec name(String value) {
        return new RunSpec(runId, value, goal, preset, labels, patch);
    }

    /** The same with that goal. */
    public RunSpec goal(String value) {
        return new RunSpec(runId, name, value, preset, labels, patch);
    }

    /** The same with that policy preset. */
    public RunSpec preset(String value) {
        return new RunSpec(runId, name, goal, value, labels, patch);
    }

    /** The same with one more label. */
    public RunSpec label(String key, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(key, value);
        return new RunSpec(runId, name, goal, preset, more, patch);
    }

    /** The same with that first patch. */
    public RunSpec patch(Patch value) {
        return new RunSpec(runId, name, goal, preset, labels, value);
    }
}
