package io.taskgraph.query;

import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Cap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Since when a run's tasks, its phase and its quarantine are as they are. The engine's state does not keep this, for no
 * decision needs it; the decisions tell it. Cost of a decision: the tasks it changed, and the dependents of those that it
 * ended well or opened again. Not thread-safe.
 */
public final class History {
    /** In flight a new attempt in the same status is a new beginning. */
    private record Entered(Status status, int attempt, Since since) {
        boolean holdsOf(Task t) {
            return status == t.status() && attempt == t.attempt();
        }
    }

    private record Capped(CapReached cap, long decision) {}

    /** Caps that, when a task has ended, say what cannot be added to undo what was done for it. They have not ended it. */
    private static final Set<String> OF_UNDOING = Set.of(Cap.MAX_COMPENSATING_TASKS.key(), Cap.MAX_TASKS.key());

    private final Run run;
    private final Map<String, Entered> tasks = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    /** By task, the last that a cap did to it. */
    private final Map<String, Capped> capped = new HashMap<>();

    private Since phase = Since.UNKNOWN;
    private Since quarantine = Since.UNKNOWN;

    /** @param run whose decisions will be told from the first on */
    History(Run run) {
        this.run = run;
        run.graph().onChange(changed::add);
    }

    /** The run stands after this decision. */
    void applied(Decision d) {
        Since now = Since.of(d);
        for (Fact fact : d.getFacts()) {
            if (fact.getRunCreated() != null || begins(fact.getPhaseChanged())) {
                phase = now;
            }
            if (fact.getRunQuarantined() != null) {
                quarantine = now;
            }
        }
        for (Fact fact : d.getFacts()) {
            CapReached cap = fact.getCapReached();
            if (cap != null && cap.getTaskId() != null && !isOfUndoing(cap)) {
                capped.put(cap.getTaskId(), new Capped(cap, d.getSequence()));
            }
        }
        for (String id : changed) {
            note(id, now);
        }
        changed.clear();
    }

    private boolean isOfUndoing(CapReached cap) {
        Task t = run.graph().task(cap.getTaskId());
        return OF_UNDOING.contains(cap.getCap()) && (t == null || t.status().isTerminal());
    }

    /** Whether a phase begins: a pass, from EXECUTING through RECONCILING and back in one decision, ends nothing. */
    private static boolean begins(PhaseChanged p) {
        return p != null
                && !(p.getFrom() == Phase.EXECUTING && p.getTo() == Phase.RECONCILING)
                && !(p.getFrom() == Phase.RECONCILING && p.getTo() == Phase.EXECUTING);
    }

    private void note(String id, Since now) {
        Task t = run.graph().task(id);
        if (t == null) {
            tasks.remove(id);
            capped.remove(id);
            return;
        }
        Entered before = tasks.get(id);
        boolean reopened = before != null && before.status().isTerminal();
        if (enter(t, now) && (reopened || t.satisfiesDependents())) {
            // That they became ready, or wait again, is derived: nobody tells it.
            run.graph().dependents(id).forEach(dependent -> enter(run.graph().task(dependent), now));
        }
    }

    /** Whether it was elsewhere before. */
    private boolean enter(Task t, Since now) {
        Entered before = tasks.get(t.id());
        if (before != null && before.holdsOf(t)) {
            return false;
        }
        tasks.put(t.id(), new Entered(t.status(), t.attempt(), now));
        return true;
    }

    /** Since when the task is in its present status, and in flight under its present attempt. */
    public Since of(Task t) {
        Entered entered = tasks.get(t.id());
        return entered != null && entered.holdsOf(t) ? entered.since() : Since.UNKNOWN;
    }

    /** The cap that the decision told which put the task where it is, or null. */
    public CapReached capOf(Task t) {
        Capped by = capped.get(t.id());
        return by != null && by.decision() == of(t).decision() ? by.cap() : null;
    }

    /** Since when the run is in its phase. */
    public Since phase() {
        return phase;
    }

    /** Since when it was last quarantined. */
    public Since quarantine() {
        return quarantine;
    }
}
