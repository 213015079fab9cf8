/** Runs in Kafka Streams state stores, with a heap cache, timers and liveness. May import engine and Kafka. */
package io.taskgraph.store;
