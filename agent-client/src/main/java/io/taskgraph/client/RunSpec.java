package io.taskgraph.client;

import io.taskgraph.avro.Budget;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.TraceParent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A run to be created.
 *
 * @param runId its id: 1 to 128 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot
 * @param name a name for people, at most 256 characters
 * @param goal what the team is to reach, at most 4096 characters
 * @param preset the policy that it pins: a preset or published profile by name, or {@code name@version}; empty: the
 *     profile that the labels select, else {@code default}
 * @param labels for selection and for people: at most 64
 * @param budget what it may use up in all, within what its policy gives a run; null: what the policy gives
 * @param parent the run that it works for, or null
 * @param trace the trace that it is part of, or null
 * @param pins versions of extensions that it pins beside its policy: anything else of those names is refused; at most 256
 * @param patch its first operations; may be empty
 */
public record RunSpec(
        String runId,
        String name,
        String goal,
        String preset,
        Map<String, String> labels,
        Budget budget,
        ParentRun parent,
        TraceParent trace,
        List<ExtensionPin> pins,
        Patch patch) {

    public RunSpec {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(preset, "preset");
        labels = new TreeMap<>(labels);
        pins = List.copyOf(pins);
        Objects.requireNonNull(patch, "patch");
    }

    /** A run under a fresh id, without tasks, with the policy that its labels select. */
    public static RunSpec named(String name) {
        return withId("run-" + Ids.shortRandom()).name(name);
    }

    /** A run under that id, without tasks, with the policy that its labels select. */
    public static RunSpec withId(String runId) {
        return new RunSpec(runId, "", "", "", Map.of(), null, null, null, List.of(), Patch.empty());
    }

    /** The same with that name. */
    public RunSpec name(String value) {
        return new RunSpec(runId, value, goal, preset, labels, budget, parent, trace, pins, patch);
    }

    /** The same with that goal. */
    public RunSpec goal(String value) {
        return new RunSpec(runId, name, value, preset, labels, budget, parent, trace, pins, patch);
    }

    /** The same with that policy. */
    public RunSpec preset(String value) {
        return new RunSpec(runId, name, goal, value, labels, budget, parent, trace, pins, patch);
    }

    /** The same with one more label. */
    public RunSpec label(String key, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(key, value);
        return new RunSpec(runId, name, goal, preset, more, budget, parent, trace, pins, patch);
    }

    /** The same with that budget, or null for what its policy gives. */
    public RunSpec budget(Budget value) {
        return new RunSpec(runId, name, goal, preset, labels, value, parent, trace, pins, patch);
    }

    /** The same working for that run, or null for none. */
    public RunSpec parent(ParentRun value) {
        return new RunSpec(runId, name, goal, preset, labels, budget, value, trace, pins, patch);
    }

    /**
     * The same as part of a trace, by W3C trace context: agents get it with their dispatches. What does not follow the
     * recommendation's grammar is ignored.
     *
     * @param traceparent as the header of that name has it; null: of none
     * @param tracestate as the header of that name has it; null: none
     */
    public RunSpec trace(String traceparent, String tracestate) {
        TraceParent value =
                traceparent == null ? null : new TraceParent(traceparent, tracestate == null ? "" : tracestate);
        return new RunSpec(runId, name, goal, preset, labels, budget, parent, value, pins, patch);
    }

    /**
     * The same with one more extension pinned.
     *
     * @param digest of its manifest: {@code sha256:} and 64 hexadecimal digits
     */
    public RunSpec pin(String extension, String version, String digest) {
        List<ExtensionPin> more = new ArrayList<>(pins);
        more.add(new ExtensionPin(extension, version, digest));
        return new RunSpec(runId, name, goal, preset, labels, budget, parent, trace, more, patch);
    }

    /** The same with that first patch. */
    public RunSpec patch(Patch value) {
        return new RunSpec(runId, name, goal, preset, labels, budget, parent, trace, pins, value);
    }
}
