package io.taskgraph.topology;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.Run;

/** What a projection sees, to be read before the next record is processed. */
sealed interface Projection {
    /** The run as it stands. */
    Run run();

    /** A decision, and the run as it stands after it. */
    record OfDecision(Decided decided, Run run) implements Projection {}

    /** A worker's heartbeat named an attempt that is over, or another's: no decision, only a word that was lost. */
    record OfStaleAttempt(Run run, String workerId, ActiveAttempt attempt) implements Projection {}
}
