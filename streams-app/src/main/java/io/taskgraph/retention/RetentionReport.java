package io.taskgraph.retention;

import io.taskgraph.replay.Archive;
import java.util.List;
import java.util.Optional;

/**
 * What a pass found and did, or in a dry run would do.
 *
 * @param decisions decisions folded in this pass
 * @param runs runs that are kept
 * @param taken snapshots taken
 * @param chunks records that they took
 * @param verified snapshots that were read back and are what replay came to
 * @param removed snapshots removed, those of forgotten runs included
 * @param forgotten runs that the control plane forgot because this pass asked; those that were before are not counted again
 * @param archived what was put away before it was cut off
 * @param cuts a cut for each partition of the log
 * @param problems what is wrong, a sentence each: runs that cannot be folded, snapshots that are not what they say, runs that could not be forgotten
 */
public record RetentionReport(
        long decisions,
        int runs,
        int taken,
        int chunks,
        int verified,
        int removed,
        int forgotten,
        Optional<Archive.Put> archived,
        List<Cut> cuts,
        List<String> problems) {
    /** How many offsets of the log went. */
    public long truncated() {
        return cuts.stream().mapToLong(Cut::offsets).sum();
    }
}
