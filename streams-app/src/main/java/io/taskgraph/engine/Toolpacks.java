package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.TaskDeferred;
import io.taskgraph.avro.TaskResolved;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.avro.ToolpackAwaited;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.OnDenial;
import io.taskgraph.policy.trust.settings.OnRevocation;
import io.taskgraph.policy.trust.use.UseQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The extensions that tasks need: looked up before a dispatch, compared with what a worker says that it has loaded, and what
 * they let an attempt call. What was seen of the registry, and the policy's answer, is recorded whenever it differs from
 * what the run saw last.
 */
final class Toolpacks {
    /** The name under which the answers are given that are made here. */
    static final String RULE = "extensions";

    private static final int DIFFERENCES = 20;

    /**
     * A worker serves something else than was signed.
     *
     * @param what a sentence
     * @param again whether the run has refused that worker that version before
     */
    record Difference(String what, boolean again) {}

    private Toolpacks() {}

    /** The extensions that the task needs; mostly none. */
    static List<ExtensionRef> of(Run run, String taskId) {
        TaskToolpacks needed = run.tables().toolpacks.get(taskId);
        return needed == null ? List.of() : needed.refs();
    }

    /**
     * What the registry says now, and the policy to that. Recorded if it differs from what the run saw last; what may be used
     * no more is taken from the attempts in flight in the same decision.
     */
    static SeenExtension look(Deliberation d, ExtensionRef ref, String agentType) {
        String toolpack = RegisteredExtension.id(ref);
        SeenExtension before = d.run().tables().seen.get(SeenExtension.id(toolpack, agentType));
        if (before != null && before.state() == ExtensionState.REVOKED) {
            // Whatever a late record says: nothing leads back from there.
            return before;
        }
        ExtensionSeen fact = d.extensions()
                .look(ref, new UseQuestion(agentType, Pins.of(d.run()), d.now()), d.policy())
                .orElse(null);
        if (fact == null || before != null && fact.getRegistrySequence() < before.sequence()) {
            // Made again, or of an instance that is behind what the run has seen already.
            return before == null ? SeenExtension.of(Sight.ofNothing(ref, agentType)) : before;
        }
        SeenExtension now = SeenExtension.of(fact);
        if (!now.equals(before)) {
            d.emit(fact);
        }
        if (before != null && before.allowed() && !now.allowed()) {
            // Whoever looks first finds it out, be it for another task: nothing would ask again for what is in flight.
            Withdrawals.of(d, now);
        }
        return now;
    }

    /** Whether a ready task may use all that it needs; if not, it is ready no more. */
    static boolean mayGo(Deliberation d, Task t) {
        for (ExtensionRef ref : of(d.run(), t.id())) {
            SeenExtension seen = look(d, ref, t.agentType());
            if (!seen.allowedAt(d.now())) {
                hold(d, t, seen);
                return false;
            }
        }
        return true;
    }

    private static void hold(Deliberation d, Task t, SeenExtension seen) {
        String why = Texts.cut("it may not use " + seen.toolpack() + ": " + seen.reason(), Texts.LONG_TEXT);
        if (seen.state() != ExtensionState.REVOKED && d.policy().onDenial() == OnDenial.FAIL) {
            Failures.fail(d, t, why);
            return;
        }
        OnRevocation then =
                seen.state() == ExtensionState.REVOKED ? d.policy().trust().onRevocation() : OnRevocation.WAIT;
        if (then == OnRevocation.CANCEL) {
            d.emit(new TaskResolved(
                    t.id(), TaskStatus.CANCELLED, why, d.run().graph().unfinishedDependents(t.id())));
            Failures.followed(d, t.id());
            return;
        }
        d.emit(new TaskDeferred(t.id(), why));
        if (then == OnRevocation.WAIT) {
            d.emit(new ToolpackAwaited(t.id(), seen.ref()));
        }
    }

    /**
     * A worker takes up a lease, or reports without having done so.
     *
     * @param loaded what it says that it has loaded
     * @return what it serves otherwise than it was signed, if anything; it is recorded
     */
    static Optional<Difference> differs(Deliberation d, Task t, String worker, List<LoadedExtension> loaded) {
        Map<String, Map<String, String>> served = new TreeMap<>();
        loaded.forEach(l -> served.put(RegisteredExtension.id(l.getName(), l.getVersion()), l.getTools()));
        for (ExtensionRef ref : of(d.run(), t.id())) {
            String toolpack = RegisteredExtension.id(ref);
            SeenExtension seen = d.run().tables().seen.get(SeenExtension.id(toolpack, t.agentType()));
            List<String> differences = new ArrayList<>();
            boolean again = d.run().tables().misserved.get(Misserved.id(toolpack, worker)) != null;
            if (again) {
                differences.add("the worker served something else before");
            }
            if (served.containsKey(toolpack)) {
                differences(seen, served.get(toolpack), differences);
            } else {
                differences.add("the worker does not say that it has loaded it");
            }
            if (!differences.isEmpty()) {
                List<String> told = differences.stream()
                        .limit(DIFFERENCES)
                        .map(s -> Texts.cut(s, Texts.NAME * 2))
                        .toList();
                d.emit(new ExtensionMismatch(t.id(), t.attempt(), worker, ref, told));
                return Optional.of(new Difference("EXTENSION_MISMATCH: of " + toolpack + ", " + told.get(0), again));
            }
        }
        return Optional.empty();
    }

    private static void differences(SeenExtension seen, Map<String, String> served, List<String> to) {
        for (int i = 0; i < seen.tools().size(); i++) {
            String tool = seen.tools().get(i);
            String digest = served.get(tool);
            if (digest == null) {
                to.add("the tool " + tool + " is signed and not served");
            } else if (!digest.equals(seen.descriptors().get(i))) {
                to.add("the tool " + tool + " is served with the descriptor " + digest + ", signed is "
                        + seen.descriptors().get(i));
            }
        }
        new TreeMap<>(served)
                .keySet().stream()
                        .filter(tool -> !seen.tools().contains(tool))
                        .forEach(tool -> to.add("the tool " + tool + " is served and not signed"));
    }

    /** Why an attempt may not call a tool with that risk, as far as the extensions go that its task needs. */
    static Optional<String> outside(Deliberation d, Task t, String tool, io.taskgraph.avro.Risk risk) {
        List<ExtensionRef> needed = of(d.run(), t.id());
        if (needed.isEmpty()) {
            return Optional.empty();
        }
        for (ExtensionRef ref : needed) {
            SeenExtension seen =
                    d.run().tables().seen.get(SeenExtension.id(RegisteredExtension.id(ref), t.agentType()));
            int at = seen == null ? -1 : seen.tools().indexOf(tool);
            if (at < 0) {
                continue;
            }
            if (!seen.allowedAt(d.now())) {
                return Optional.of("the grant of " + seen.toolpack() + " is over");
            }
            io.taskgraph.avro.Risk signed =
                    io.taskgraph.avro.Risk.values()[seen.risks().get(at).intValue()];
            return rank(risk) >= rank(signed)
                    ? Optional.empty()
                    : Optional.of("it is signed as " + signed + " and asked for as " + risk);
        }
        return Optional.of("no extension that the task needs has such a tool");
    }

    private static int rank(io.taskgraph.avro.Risk risk) {
        return risk == io.taskgraph.avro.Risk.UNKNOWN ? Integer.MAX_VALUE : risk.ordinal();
    }
}
