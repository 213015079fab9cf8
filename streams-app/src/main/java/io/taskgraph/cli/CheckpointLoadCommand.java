package io.taskgraph.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on from a checkpoint. */
@Command(
        name = "load",
        description =
                "Resume a run that is paused, has failed or is quarantined from a checkpoint, as a new run: begun work goes first. The run itself stays as it is.")
final class CheckpointLoadCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run that it is of.")
    private String runId;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CHECKPOINT",
            description = "NAME@VERSION, or NAME for the last of that name.")
    private String name;

    @Option(names = "--file", paramLabel = "FILE", description = "One that `checkpoint export` wrote instead.")
    private Path file;

    @Mixin
    private ForkOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return options.load(runId, ChosenCheckpoint.Choice.of(spec, name, file));
    }
}
