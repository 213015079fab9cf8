/**
 * The light client for planners, agents and operators: says things to the control plane and hears its decisions and
 * commands. May import {@code io.taskgraph.schemas}, {@code io.taskgraph.avro} and Kafka's plain clients; nothing of
 * Streams, and none of our other packages.
 */
package io.taskgraph.client;
