package io.taskgraph.replay;

import io.taskgraph.avro.Decision;

/**
 * A decision as it stands on the log.
 *
 * @param bytes the record's, wire format
 * @param partition of the log
 * @param offset in the partition
 */
public record LoggedDecision(Decision decision, byte[] bytes, int partition, long offset) {}
