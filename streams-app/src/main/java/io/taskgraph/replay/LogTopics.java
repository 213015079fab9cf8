package io.taskgraph.replay;

/**
 * What topics show beside the records on them.
 *
 * @param snapshots offsets there are to read on the topic of snapshots
 * @param truncated partitions of the decision log that do not begin at offset 0 any more
 */
public record LogTopics(long snapshots, long truncated) {
    /** Looks. Reads no record. */
    public static LogTopics of(ReplaySource source) {
        try (TopicScan scan = new TopicScan(source)) {
            long snapshots =
                    scan.size(scan.partitions(source.topics().snapshots().name()));
            long truncated =
                    scan.truncated(scan.partitions(source.topics().decisions().name()));
            return new LogTopics(snapshots, truncated);
        }
    }
}
