package io.taskgraph.engine;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TraceParent;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/** Decides a planner's mutation: the run's creation, if asked for, and its patch, as a whole. */
final class MutationDecider implements Decider<Input.OfMutation> {
    private static final int LABELS = 64;

    @Override
    public Rejection decide(Deliberation d, Input.OfMutation input) {
        Mutation m = input.mutation();
        Rejection misplaced = Registry.judge(d.run(), m);
        if (misplaced != null || m.getProposeExtension() != null) {
            return misplaced != null
                    ? misplaced
                    : Registry.propose(d, m.getProposeExtension(), d.recorded(input.policies()));
        }
        Rejection r = m.getCreateRun() == null ? ofExisting(d, m) : create(d, m, d.recorded(input.policies()));
        if (r == null && m.getRestore() != null) {
            r = Restoring.restore(d, m);
        } else if (r == null && !m.getOperations().isEmpty()) {
            r = Restoring.whole(d);
            r = r == null ? patch(d, m.getOperations()) : r;
        }
        r = r == null ? MailDecider.ofMutation(d, m) : r;
        if (r == null) {
            Lifecycle.proceed(d);
        }
        return r;
    }

    private static Rejection patch(Deliberation d, List<Operation> operations) {
        Rejection r = new Patch(d).decide(operations);
        if (r != null || !d.policy().asks(Asked.PATCH)) {
            return r;
        }
        Judgement j = d.policy().judge(Questions.patch(d.run(), Patch.subject(operations), d.actor(), d.now()));
        if (j.verdict() != Verdict.ALLOW) {
            d.ruledBy(j.rule());
            return Deliberation.denied(j);
        }
        d.record(Asked.PATCH, null, j);
        return null;
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
        if (MailDecider.only(m)) {
            return null;
        }
        if (run.phase() == Phase.FAILED) {
            return Lifecycle.illegal(run.phase(), Phase.PLANNING, "the run has ended; create another");
        }
        Rejection closed = GateHold.closed(run);
        if (closed != null) {
            return closed;
        }
        if (run.phase() == Phase.COMPLETED && !Lifecycle.allowed(d, Phase.IDLE)) {
            return Lifecycle.illegal(run.phase(), Phase.IDLE, "its policy does not let it begin again; create another");
        }
        if (m.getRestore() != null) {
            return null;
        }
        // What a run that was created empty is given first is its plan, not a change of it.
        if (!d.policy().on(Flag.MUTABLE_GRAPH) && run.graphVersion() > 0) {
            return Refusal.disabled(
                    Flag.MUTABLE_GRAPH,
                    "the run's graph cannot be changed; create the run under a policy that has it on");
        }
        if (m.getOperations().isEmpty()) {
            return Refusal.of(RejectionCode.EMPTY_PATCH, "the patch has no operations; give at least one")
                    .build();
        }
        Long expected = m.getExpectedVersion();
        if (expected != null && expected != run.graphVersion()) {
            TreeSet<String> clashing = clashing(run, expected, m.getOperations());
            boolean rebases =
                    d.policy().on(Flag.RECONCILE) && d.policy().reconcile().rebase();
            if (!rebases || expected > run.graphVersion() || !clashing.isEmpty()) {
                return versionConflict(run, expected, clashing);
            }
            d.rebasedFrom(expected);
        }
        return null;
    }

    /**
     * The tasks that the patch names and that changed since it was made, or may have: one that is not there and that the
     * patch does not add was perhaps taken away. Costs what the patch names.
     */
    private static TreeSet<String> clashing(Run run, long expected, List<Operation> operations) {
        TreeSet<String> clashing = new TreeSet<>();
        Set<String> added = new HashSet<>();
        for (Operation op : operations) {
            if (op.getAddTask() != null) {
                added.add(op.getAddTask().getTask().getTaskId());
            }
        }
        for (Operation op : operations) {
            SpecificRecord kind = OneOf.OPERATION.kind(op);
            List<String> named = new ArrayList<>(kind == null ? List.of() : Patch.tasksOf(kind));
            if (op.getAddTask() != null) {
                named.addAll(op.getAddTask().getTask().getDependsOn());
            }
            for (String id : named) {
                Task t = run.graph().task(id);
                if (t == null ? !added.contains(id) : t.changedAtVersion() > expected) {
                    clashing.add(id);
                }
            }
        }
        return clashing;
    }

    private static Rejection versionConflict(Run run, long expected, TreeSet<String> clashing) {
        List<String> changed = clashing.stream()
                .filter(id ->
                        run.graph().task(id) != null && run.graph().task(id).changedAtVersion() > expected)
                .toList();
        return Refusal.of(
                        RejectionCode.VERSION_CONFLICT,
                        "the patch was made for graph version " + expected + " and the graph is at "
                                + run.graphVersion() + "; read what changed and send it again")
                .with("expected_version", expected)
                .with("actual_version", run.graphVersion())
                .with("changed_tasks", changed)
                .build();
    }

    private static Rejection create(Deliberation d, Mutation m, PolicyCatalogue policies) {
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
        String chosen =
                c.getPreset().isEmpty() ? policies.selectedBy(c.getLabels()).orElse("default") : c.getPreset();
        Policy policy = policies.named(chosen).orElse(null);
        if (policy == null) {
            return PolicyDirectives.unknownPolicy(chosen);
        }
        r = parent(c.getParent(), policy);
        r = r == null ? Restoring.judge(c.getOrigin(), m.getRunId(), policy) : r;
        r = r == null ? Budgets.judge("budget", c.getBudget()) : r;
        r = r == null ? Pins.judge(c.getPins()) : r;
        if (r != null) {
            return r;
        }
        if (m.getExpectedVersion() != null && m.getExpectedVersion() != 0) {
            return Refusal.invalid(
                    "expected version", "is " + m.getExpectedVersion() + "; a new run's graph is at version 0");
        }
        d.emit(new RunCreated(
                c.getName(),
                c.getGoal(),
                new TreeMap<>(c.getLabels()),
                policy.name(),
                policy.document(),
                c.getBudget(),
                c.getParent(),
                trace(c.getTrace()),
                c.getOrigin(),
                List.copyOf(c.getPins())));
        if (policy.asks(Asked.CREATE)) {
            Judgement j = policy.judge(Questions.create(d.run(), d.actor(), d.now()));
            d.record(Asked.CREATE, null, j);
            return j.verdict() == Verdict.ALLOW ? null : Deliberation.denied(j);
        }
        return null;
    }

    /** What was given, if it follows the grammar; else none: a producer's broken tracing is no reason to refuse its work. */
    private static TraceParent trace(TraceParent given) {
        return given == null
                ? null
                : TraceContext.parse(given.getTraceparent(), given.getTracestate())
                        .map(t -> new TraceParent(t.traceparent(), t.state()))
                        .orElse(null);
    }

    /**
     * Whether the run may stand below another. How deep it stands is what its creator says: the run above may be on
     * another partition, where this one cannot look.
     */
    private static Rejection parent(ParentRun parent, Policy policy) {
        if (parent == null) {
            return null;
        }
        if (!policy.on(Flag.HIERARCHY)) {
            return Refusal.disabled(Flag.HIERARCHY, "a run can work for no other; leave its parent out");
        }
        String problem = Texts.problemOfRunId(parent.getRunId());
        if (problem != null) {
            return Specs.invalidId("parent's run id", parent.getRunId(), problem);
        }
        if (parent.getDepth() < 1) {
            return Refusal.invalid(
                    "parent", "has depth " + parent.getDepth() + "; give how many runs stand above, from 1");
        }
        return parent.getDepth() > policy.caps().maxDepth()
                ? Refusal.capExceeded(
                        "max_depth", policy.caps().maxDepth(), parent.getDepth(), "let a run further up do it")
                : null;
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
