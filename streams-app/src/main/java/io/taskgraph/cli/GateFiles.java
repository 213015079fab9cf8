package io.taskgraph.cli;

import io.taskgraph.gates.GateFormat;
import io.taskgraph.gates.GateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reports as files, each in every format. */
final class GateFiles {
    private GateFiles() {}

    static void write(List<GateReport> reports, Path directory) {
        try {
            Files.createDirectories(directory);
            for (GateReport report : reports) {
                for (GateFormat format : GateFormat.values()) {
                    Files.writeString(directory.resolve(format.fileName(report)), format.write(report));
                }
            }
        } catch (IOException e) {
            throw new CommandException(
                    "Cannot write the reports to " + directory + " (" + e.getMessage()
                            + "); name a directory to write to.",
                    e);
        }
    }
}
