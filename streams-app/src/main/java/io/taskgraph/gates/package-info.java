/**
 * What the record is worth: regression gates, safety KPIs, the autonomy scorecard, all computed from the decision log in
 * one pass. May import graph, engine and replay.
 */
package io.taskgraph.gates;
