package io.taskgraph.replay;

import java.nio.file.Path;

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

    /**
     * The same of an export, or of an archive from its first piece on.
     *
     * @throws HistoryException if it is none
     */
    public static LogTopics of(Path export) {
        Manifest manifest = Manifest.read(export);
        long snapshots = manifest.of(LogCopy.SNAPSHOTS).stream()
                .flatMap(part -> part.files().stream())
                .mapToLong(Manifest.File::records)
                .sum();
        long truncated = manifest.of("decisions").stream()
                .filter(part -> part.begins() > 0)
                .count();
        return new LogTopics(snapshots, truncated);
    }
}
