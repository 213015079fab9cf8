package io.taskgraph.engine;

import io.taskgraph.avro.Phase;

/**
 * The phase a run is in, and why.
 *
 * @param reason for people
 * @param waitsFor what would let a run in AWAIT_USER go on: one of the constants here; empty in other phases
 * @param startedAt when the run last left IDLE, in milliseconds since the epoch; 0: never. {@code max_runtime} counts from it
 * @param since when it went there, in milliseconds since the epoch; 0: it was created so. A pass over lost workers does not
 *     count as having been away: silence would begin anew for all of them
 */
public record Standing(Phase phase, String reason, String waitsFor, long startedAt, long since) {
    /** An operator has to say that it may go on. */
    public static final String OPERATOR = "operator";
    /** A budget has to be raised. */
    public static final String BUDGET = "budget";
    /** A cap has to be raised. */
    public static final String CAP = "cap";

    static final Standing INITIAL = new Standing(Phase.IDLE, "", "", 0, 0);

    /** The same; but if it is waited for something, it is that. */
    Standing heldBy(String waiting) {
        return phase == Phase.AWAIT_USER ? new Standing(phase, reason, waiting, startedAt, since) : this;
    }

    Standing to(Phase to, String why, String waiting, long at) {
        boolean begins = phase == Phase.IDLE && to == Phase.PLANNING;
        boolean pass = phase == Phase.EXECUTING && to == Phase.RECONCILING
                || phase == Phase.RECONCILING && to == Phase.EXECUTING;
        return new Standing(to, why, waiting, begins ? at : startedAt, pass ? since : at);
    }
}
