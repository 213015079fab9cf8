/**
 * What a run or a task waits for, computed from the run's state alone: pure, without Kafka, clock or log. May import
 * {@code query}'s {@code History} and {@code Since}, {@code engine}, {@code graph}, {@code policy-module}, {@code schemas}.
 */
package io.taskgraph.query.why;
