package io.taskgraph.cli;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.query.RecordFields;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One checkpoint. */
@Command(
        name = "show",
        description = "Show one checkpoint: where the run stood, what was pending, what its taker wanted known.")
final class CheckpointShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id.")
    private String runId;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CHECKPOINT",
            description = "NAME@VERSION, or NAME for the last of that name.")
    private String name;

    @Option(names = "--file", paramLabel = "FILE", description = "One that `checkpoint export` wrote instead.")
    private Path file;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ChosenCheckpoint.Choice choice = ChosenCheckpoint.Choice.of(spec, name, file);
        Checkpoint c = file == null ? named(choice) : choice.of(null, runId);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLine.of(RecordFields.of(c)));
        } else {
            Terminal terminal = Terminal.ofProcess();
            RecordFields.of(c)
                    .forEach((key, value) ->
                            out.println("  " + terminal.dim(Text.left(key, 14)) + "  " + Text.plain(value.toString())));
        }
        out.flush();
        return 0;
    }

    private Checkpoint named(ChosenCheckpoint.Choice choice) {
        Cluster cluster = connection.cluster();
        try (SchemaRegistry registry = cluster.registry()) {
            return choice.of(cluster.source(registry), runId);
        }
    }
}
