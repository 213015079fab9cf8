package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.gates.Audit;
import io.taskgraph.gates.TopicEvidence;
import io.taskgraph.replay.ExportReplay;
import io.taskgraph.replay.LogTopics;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the record is that a command judges: on a cluster, or in an export of one. */
final class RecordSource {
    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Judge an export or an archive instead of a cluster: no Kafka and no registry are asked, and"
                    + " there is no live state to compare.")
    private Path from;

    /** Whether it is an export. */
    boolean isExport() {
        return from != null;
    }

    /** Replays every run of it, and lets the audit hear all. */
    ReplayReport replay(Connection connection, String applicationId, Screen screen, Audit audit) {
        Replay.Progress progress = Replaying.progress(screen);
        ReplayReport report = isExport()
                ? ExportReplay.of(from, progress, audit)
                : Replay.all(Replaying.source(connection.cluster(), applicationId), progress, audit);
        screen.clear();
        return report;
    }

    /** What it shows beside the decisions. */
    TopicEvidence evidence(Connection connection, String applicationId) {
        return isExport()
                ? evidence(LogTopics.of(from))
                : evidence(Replaying.source(connection.cluster(), applicationId));
    }

    /** What a cluster's topics show beside the decisions. */
    static TopicEvidence evidence(ReplaySource source) {
        return evidence(LogTopics.of(source));
    }

    private static TopicEvidence evidence(LogTopics topics) {
        return new TopicEvidence(topics.snapshots(), topics.truncated());
    }
}
