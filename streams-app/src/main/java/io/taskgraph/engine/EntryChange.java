package io.taskgraph.engine;

/**
 * A change of one stored entry.
 *
 * @param key the entry's key within the run
 * @param value its bytes, or null: the entry is gone
 */
public record EntryChange(byte[] key, byte[] value) {}
