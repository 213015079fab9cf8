package io.taskgraph.cli;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.query.CheckpointTopic;
import io.taskgraph.query.Source;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes checkpoints to files. */
@Command(name = "export", description = "Write the checkpoints that runs keep to DIR/RUN/NAME@VERSION.json.")
final class CheckpointExportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIR", description = "Where to; it is made if it is not there.")
    private Path directory;

    @Parameters(index = "1", arity = "0..1", paramLabel = "RUN", description = "Only those of this run.")
    private String runId;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new CommandException(directory + " is no directory: name one, or a place where one can be made.");
        }
        Cluster cluster = connection.cluster();
        List<Checkpoint> checkpoints;
        try (SchemaRegistry registry = cluster.registry()) {
            Source source = cluster.source(registry);
            checkpoints = runId == null ? CheckpointTopic.all(source) : CheckpointTopic.of(source, runId);
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Checkpoint c : checkpoints) {
            out.println(CheckpointFile.write(directory, c));
        }
        out.println(Counted.of(checkpoints.size(), "checkpoint") + " in " + directory);
        out.flush();
        return 0;
    }
}
