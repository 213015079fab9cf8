/**
 * Evaluations: scenarios played on a simulation or elsewhere, scored from the log they leave, compared with a stored
 * baseline. May import graph, engine, replay, gates, spec and the agents' vocabulary (client).
 */
package io.taskgraph.eval;
