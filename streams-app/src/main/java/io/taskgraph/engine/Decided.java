package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import java.util.List;

/**
 * A decision that was applied.
 *
 * @param bytes as they stand on the log, the wire format's header included
 * @param changes entries of the run to store
 */
public record Decided(Decision decision, byte[] bytes, List<EntryChange> changes) {}
