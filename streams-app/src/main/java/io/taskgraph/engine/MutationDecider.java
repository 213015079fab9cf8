package io.taskgraph.engine;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/** Decides a planner's mutation: the run's creation, if asked for, and its patch, as a whole. */
final class MutationDecider implements Decider<Input.OfMutation> {
    private static final int LABELS = 64;

    @Override
    public Rejection decide(Deliberation d, Input.OfMutation input) {
        Mutation m = input.mutation();
        Rejection r = m.getCreateRun() == null ? ofExisting(d, m) : create(d, m);
        if (r == null && !m.getOperations().isEmpty()) {
            r = new Patch(d).decide(m.getOperations());
        }
        if (r == null) {
            Lifecycle.proceed(d);
        }
        return r;
    }

    private static Rejection ofExisting(Deliberation d, Mutation m) {
        Run run = d.run();
        if (!run.exists()) {
            return Refusal.of(
                            RejectionCode.UNKNOWN_RUN,
                            "there is no run " + Texts.quoted(m.getRunId()) + "; create it first")
                    .with("run_id", m.getRunId())
                    .build();
        }
        if (run.phase() == Phase.FAILED) {
            return Lifecycle.illegal(run.phase(), Phase.PLANNING, "the run has ended; create another");
        }
        if (m.getOperations().isEmpty()) {
            return Refusal.of(RejectionCode.EMPTY_PATCH, "the patch has no operations; give at least one")
                    .build();
        }
        Long expected = m.getExpectedVersion();
        if (expected != null && expected != run.graphVersion()) {
            return versionConflict(run, expected, m.getOperations());
        }
        return null;
    }

    private static Rejection versionConflict(Run run, long expected, List<Operation> operations) {
        TreeSet<String> changed = new TreeSet<>();
        for (Operation op : operations) {
            SpecificRecord kind = OneOf.OPERATION.kind(op);
            for (String id : kind == null ? List.<String>of() : Patch.tasksOf(kind)) {
                Task t = run.graph().task(id);
                if (t != null && t.changedAtVersion() > expected) {
                    changed.add(id);
                }
            }
        }
        return Refusal.of(
                        RejectionCode.VERSION_CONFLICT,
                        "the patch was made for graph version " + expected + " and the graph is at "
                                + run.graphVersion() + "; read what changed and send it again")
                .with("expected_version", expected)
                .with("actual_version", run.graphVersion())
                .with("changed_tasks", new ArrayList<>(changed))
                .build();
    }

    private static Rejection create(Deliberation d, Mutation m) {
        if (d.run().exists()) {
            return Refusal.of(
                            RejectionCode.RUN_EXISTS,
                            "run " + Texts.quoted(m.getRunId()) + " exists already; choose another id")
                    .with("run_id", m.getRunId())
                    .build();
        }
        CreateRun c = m.getCreateRun();
        Rejection r = judge(c);
        if (r != null) {
            return r;
        }
        Policy policy = Presets.named(c.getPreset().isEmpty() ? "default" : c.getPreset())
                .orElse(null);
        if (policy == null) {
            return Refusal.invalid(
                    "preset",
                    Texts.quoted(c.getPreset()) + " is not known; choose one of " + String.join(", ", Presets.names()));
        }
        if (m.getExpectedVersion() != null && m.getExpectedVersion() != 0) {
            return Refusal.invalid(
                    "expected version", "is " + m.getExpectedVersion() + "; a new run's graph is at version 0");
        }
        d.emit(new RunCreated(
                c.getName(), c.getGoal(), new TreeMap<>(c.getLabels()), policy.name(), policy.document(), null, null));
        return null;
    }

    private static Rejection judge(CreateRun c) {
        if (c.getName().length() > Texts.NAME) {
            return Specs.tooLong("name", c.getName(), Texts.NAME);
        }
        if (c.getGoal().length() > Texts.LONG_TEXT) {
            return Specs.tooLong("goal", c.getGoal(), Texts.LONG_TEXT);
        }
        if (c.getLabels().size() > LABELS) {
            return Refusal.invalid("labels", "are " + c.getLabels().size() + "; at most " + LABELS + " are allowed");
        }
        for (Map.Entry<String, String> label : c.getLabels().entrySet()) {
            if (label.getKey().length() > Texts.NAME || label.getValue().length() > Texts.NAME) {
                return Refusal.invalid("labels", "have a key or value of more than " + Texts.NAME + " characters");
            }
        }
        return null;
    }
}
