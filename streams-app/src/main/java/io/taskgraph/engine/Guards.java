package io.taskgraph.engine;

import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Guard;
import io.taskgraph.policy.contract.GuardKind;

/** Guards on behaviour: what the policy does when agents act too often, do the same again and again, or spend too much. */
final class Guards {
    /** What an action was denied by whose attempt a guard ended: no rule of a document can have this id. */
    static final String RULE = "actions.guards";

    private static final int PERCENT = 100;

    private Guards() {}

    /**
     * One more of something that a cap bounds was asked for. A guard trips when the count comes to its part of the cap, and
     * again when it has fallen below and comes there anew.
     *
     * @param value the count, this time included
     * @param cap what the policy allows
     */
    static void counted(Deliberation d, GuardKind kind, Task t, long value, long cap) {
        Guard guard = d.policy().guard(kind);
        if (guard == null) {
            return;
        }
        // The first count that is not below the part.
        long trips = Math.max(1, (cap * guard.percent() + PERCENT - 1) / PERCENT);
        if (value != trips) {
            return;
        }
        d.emit(new GuardTripped(
                kind.key(), t.id(), value, trips, guard.response().key()));
        respond(d, guard, t, "guard " + kind.key() + " tripped at " + value);
    }

    /**
     * Does what the guard says.
     *
     * @param t whose attempt tripped it, or null: the run did
     */
    static void respond(Deliberation d, Guard guard, Task t, String why) {
        switch (guard.response()) {
            case WARN -> {
                // That it tripped is on record.
            }
            case PAUSE -> Lifecycle.pause(d, why, Standing.OPERATOR);
            case KILL -> kill(d, t, why);
        }
    }

    private static void kill(Deliberation d, Task t, String why) {
        if (t == null) {
            Lifecycle.fail(d, why);
            return;
        }
        d.emit(new LeaseRevoked(t.id(), t.attempt(), Workers.orNone(t.workerId()), why, null));
        Failures.fail(d, d.run().graph().task(t.id()), why);
    }
}
