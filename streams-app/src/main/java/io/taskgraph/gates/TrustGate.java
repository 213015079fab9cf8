package io.taskgraph.gates;

import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.TaskAdded;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskRemoved;
import io.taskgraph.avro.TaskRestored;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TaskStarted;
import io.taskgraph.avro.TaskUpdated;
import io.taskgraph.avro.ToolpackAwaited;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Flag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Is trust asked for, was somebody refused for want of it, and was nothing used that was refused? Keeps its own account of which
 * extensions a run may use and which workers served something else. Memory: what the run has seen of the registry, and its
 * tasks that need extensions.
 */
final class TrustGate implements Gate {
    private static final Threshold REFUSED = Threshold.atLeast("refused", "refusals for want of trust", 1);
    private static final String RULES = "trust.";
    /** The rule that an action outside its grant is denied by. */
    private static final String GRANTS = "extensions";

    @Override
    public String id() {
        return "trust_gating";
    }

    @Override
    public String question() {
        return "Is trust gating on, did it refuse somebody, and was nothing used that was refused?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(REFUSED);
    }

    @Override
    public void listen(Hearing run) {
        new OfRun(run).begin();
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        if (t.objected() > 0) {
            return Finding.fail(Words.count(t.objected(), "use") + " of extensions that were refused");
        }
        if (t.of("runs_with_it_on") == 0) {
            return Finding.notObserved("it is on in none of " + Words.count(e.runs(), "run"));
        }
        return t.of("refused") < s.of(REFUSED)
                ? Finding.notObserved(Words.tooFew(t.of("refused"), "refusal", s.of(REFUSED)) + " for want of trust")
                : Finding.pass(Words.count(t.of("refused"), "refusal") + " for want of trust, in "
                        + Words.count(t.of("runs_with_it_on"), "run") + " with the flag on" + ofThese(t));
    }

    private static String ofThese(Tally t) {
        List<String> these = new ArrayList<>();
        if (t.of("misserved") > 0) {
            these.add(Words.count(t.of("misserved"), "lease")
                    + " refused to workers that serve something else than was signed");
        }
        if (t.of("withdrawn") > 0) {
            these.add(Words.count(t.of("withdrawn"), "extension") + " withdrawn from "
                    + Words.count(t.of("stopped"), "task") + " in flight");
        }
        return these.isEmpty() ? "" : "; " + String.join("; ", these);
    }

    private static final class OfRun {
        private final Hearing run;
        private boolean on;
        private long refused;
        private long misserved;
        private long withdrawn;
        private long stopped;
        /** What tasks need, by task. */
        private final Map<String, TaskSpec> needing = new HashMap<>();
        /** What may be used: extension and agent type. */
        private final Set<String> allowed = new HashSet<>();
        /** Extension and worker. */
        private final Set<String> misservers = new HashSet<>();

        private final List<Tally.Objection> used = new ArrayList<>();

        OfRun(Hearing run) {
            this.run = run;
        }

        void begin() {
            refusals();
            needs();
            run.on(ExtensionSeen.class, (f, at) -> {
                String use = use(f.getExtension(), f.getAgentType());
                if (f.getRule().isEmpty()) {
                    allowed.add(use);
                } else {
                    allowed.remove(use);
                }
            });
            run.on(TaskDispatched.class, this::dispatched);
            run.on(TaskStarted.class, this::started);
            run.decided(at -> on |= at.policy().on(Flag.TRUST_GATING));
            run.ended(to -> {
                to.add("runs_with_it_on", on ? 1 : 0);
                to.add("refused", refused);
                to.add("misserved", misserved);
                to.add("withdrawn", withdrawn);
                to.add("stopped", stopped);
                used.forEach(to::object);
            });
        }

        private void refusals() {
            run.on(
                    ActionDenied.class,
                    (f, at) -> refused +=
                            f.getRule().startsWith(RULES) || f.getRule().equals(GRANTS) ? 1 : 0);
            run.on(ToolpackAwaited.class, (f, at) -> refused++);
            run.on(ExtensionMismatch.class, (f, at) -> {
                refused++;
                misserved++;
                misservers.add(use(f.getExtension(), f.getWorkerId()));
            });
            run.on(ExtensionWithdrawn.class, (f, at) -> {
                refused++;
                withdrawn++;
                stopped += f.getStopped().size();
                allowed.remove(use(f.getExtension(), f.getAgentType()));
            });
            run.refused((r, at) -> refused += at.decision().getRule().startsWith(RULES) || forWantOfTrust(r) ? 1 : 0);
        }

        private static boolean forWantOfTrust(Rejection r) {
            return r.getCode() == RejectionCode.EXTENSION_REFUSED
                    || r.getCode() == RejectionCode.FEATURE_DISABLED
                            && Flag.TRUST_GATING.key().equals(r.getDetails().get("feature"));
        }

        private void needs() {
            run.on(TaskAdded.class, (f, at) -> need(f.getTask()));
            run.on(TaskRestored.class, (f, at) -> need(f.getRestored().getTask()));
            run.on(TaskUpdated.class, (f, at) -> {
                TaskSpec needs = needing.get(f.getTaskId());
                TaskChange changes = f.getChanges();
                if (needs == null && changes.getToolpacks() != null) {
                    // Who did it before is the engine's word; what it does not say, nobody can.
                    Task t = at.state().graph().task(f.getTaskId());
                    needs = TaskSpec.newBuilder()
                            .setTaskId(f.getTaskId())
                            .setAgentType(t == null ? "default" : t.agentType())
                            .build();
                }
                if (needs != null) {
                    needs = TaskSpec.newBuilder(needs).build();
                    needs.setAgentType(changes.getAgentType() == null ? needs.getAgentType() : changes.getAgentType());
                    needs.setToolpacks(
                            changes.getToolpacks() == null
                                    ? needs.getToolpacks()
                                    : changes.getToolpacks().getToolpacks());
                    needing.remove(f.getTaskId());
                    need(needs);
                }
            });
            run.on(TaskRemoved.class, (f, at) -> needing.remove(f.getTaskId()));
        }

        private void need(TaskSpec task) {
            if (!task.getToolpacks().isEmpty()) {
                needing.put(task.getTaskId(), task);
            }
        }

        private void dispatched(TaskDispatched f, At at) {
            TaskSpec needs = needing.get(f.getTaskId());
            if (needs != null && run.isWhole()) {
                for (ExtensionRef x : needs.getToolpacks()) {
                    if (!allowed.contains(use(x, needs.getAgentType()))) {
                        object("task " + f.getTaskId() + " was dispatched, which may not use " + name(x), at);
                    }
                }
            }
        }

        private void started(TaskStarted f, At at) {
            TaskSpec needs = needing.get(f.getTaskId());
            if (needs != null) {
                for (ExtensionRef x : needs.getToolpacks()) {
                    if (misservers.contains(use(x, f.getWorkerId()))) {
                        object(
                                "worker " + f.getWorkerId() + " served something else than " + name(x)
                                        + " and took task " + f.getTaskId() + " all the same",
                                at);
                    }
                }
            }
        }

        private void object(String what, At at) {
            if (used.size() < Tally.KEPT) {
                used.add(new Tally.Objection(run.runId(), at.decision().getSequence(), what));
            }
        }

        private static String name(ExtensionRef x) {
            return x.getName() + "@" + x.getVersion();
        }

        private static String use(ExtensionRef x, String by) {
            return name(x) + "/" + by;
        }
    }
}
