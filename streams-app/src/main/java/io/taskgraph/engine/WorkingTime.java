package io.taskgraph.engine;

import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;
import java.util.stream.Stream;

/**
 * How long attempts in flight have been working, in milliseconds: what they wait for approvers and planners is taken off. Waits
 * that went on at the same time count each, in the attempt's favour. Costs the actions that the attempt has asked for.
 */
final class WorkingTime {
    private WorkingTime() {}

    /** How long the attempt has been working. */
    static long worked(Run run, Task t, long now) {
        return Math.max(0, now - t.leasedAt() - waited(run, t, now));
    }

    /**
     * Since when it has been working as far as its limits of time are concerned, in milliseconds since the epoch: later than it
     * was leased by what it had waited when the run was last decided on.
     */
    static long since(Run run, Task t) {
        return t.leasedAt() + waited(run, t, run.lastDecidedAt());
    }

    /** When it has used up its time; where its time stands still, when that is to be looked at again. */
    static long end(Run run, Task t, long now) {
        Caps caps = run.policy().caps();
        if (standsStill(run, t)) {
            return now + caps.heartbeatStalenessMillis();
        }
        long cap = run.limits(t.id()).endMillis(caps);
        Long bound = run.budget(t.id()).bound().millis();
        long from = t.leasedAt() + waited(run, t, now);
        return Math.min(cap == 0 ? Long.MAX_VALUE : from + cap, bound == null ? Long.MAX_VALUE : from + bound + 1);
    }

    /** Whether it waits for an answer by an approver or planner. */
    static boolean standsStill(Run run, Task t) {
        return run.contextWanted(t.id()) != null
                || actions(run, t).anyMatch(a -> a.state() == StandingAction.State.AWAITING);
    }

    private static long waited(Run run, Task t, long now) {
        ContextWait w = run.contextWait(t);
        return (w == null ? 0 : w.waited(now))
                + actions(run, t).mapToLong(a -> a.waited(now)).sum();
    }

    private static Stream<StandingAction> actions(Run run, Task t) {
        if (run.tables().actions.isEmpty()) {
            return Stream.empty();
        }
        return run.tables().actions.beginningWith(StandingAction.keysOf(t.id())).values().stream()
                .filter(a -> a.attempt() == t.attempt());
    }
}
