/**
 * A run's state, the decision on each input, the application of each fact. May import graph, the policy module and the
 * schemas; no Kafka, no logging, no clock, no random source.
 */
package io.taskgraph.engine;
