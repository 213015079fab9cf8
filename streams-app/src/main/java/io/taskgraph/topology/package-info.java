/** Processors, topic wiring, projections, error handling. May import store, engine and Kafka. */
package io.taskgraph.topology;
