package io.taskgraph.topology;

import io.taskgraph.engine.Decided;
import io.taskgraph.engine.Run;

/**
 * What a projection sees: a decision, and the run as it stands after it, to be read before the next record is processed.
 */
record Projection(Decided decided, Run run) {}
