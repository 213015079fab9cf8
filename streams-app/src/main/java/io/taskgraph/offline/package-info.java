/**
 * Judges files with the engine itself, in memory: what a control plane would decide, decided by nobody. May import
 * {@code engine}, {@code graph}, {@code spec}, {@code schemas}, {@code policy-module}; no Kafka.
 */
package io.taskgraph.offline;
