package io.taskgraph.engine;

import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Where a stored run stands, as two of its entries tell it: whoever only wants to know that need not load the run.
 *
 * @param sequence number of its last decision; 0 without a header
 * @param createdAt when it was created, in milliseconds since the epoch; empty without an identity
 */
public record StoredHead(long sequence, OptionalLong createdAt) {
    /**
     * Reads the two entries. O(1) in the size of the run.
     *
     * @param entries gives an entry's value by its key, or null if there is none
     * @throws IllegalArgumentException if one cannot be read
     */
    public static StoredHead of(UnaryOperator<byte[]> entries) {
        byte[] header = entries.apply(EntryKey.OF_HEADER);
        byte[] identity = entries.apply(EntryKey.OF_IDENTITY);
        return new StoredHead(
                header == null
                        ? 0
                        : RunCodec.readHeader(Entries.headerPart(header)).sequence(),
                identity == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(RunCodec.readIdentity(identity).createdAt()));
    }
}
