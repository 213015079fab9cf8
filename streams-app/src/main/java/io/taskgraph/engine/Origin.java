package io.taskgraph.engine;

/**
 * Where an input came from, for the record.
 *
 * @param partition its partition, -1 if it did not come from a topic
 * @param offset its offset, -1 if it did not come from a topic
 */
public record Origin(int partition, long offset) {
    /** An input that no topic holds, as in offline checks. */
    public static final Origin NONE = new Origin(-1, -1);
}
