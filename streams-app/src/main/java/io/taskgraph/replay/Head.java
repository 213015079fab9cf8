package io.taskgraph.replay;

/**
 * Where a run's log is to end, as an export's manifest says.
 *
 * @param sequence of its last decision
 * @param hash SHA-256 of that decision's Avro bytes, in hex
 * @param stateDigest of the state after it, in hex
 */
record Head(long sequence, String hash, String stateDigest) {}
