package io.taskgraph.retention;

/**
 * What can go of a partition of the log.
 *
 * @param from where it begins now
 * @param to where it would begin
 * @param heldBy the run that needs what is there from {@code to} on, or null: nobody does
 * @param why why it needs that, or null
 */
public record Cut(int partition, long from, long to, String heldBy, String why) {
    /** How many offsets go. */
    public long offsets() {
        return Math.max(0, to - from);
    }
}
