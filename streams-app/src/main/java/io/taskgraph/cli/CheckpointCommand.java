package io.taskgraph.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Named records of where runs stood. */
@Command(
        name = "checkpoint",
        description = "Keep under a name where a run stands, and begin there again.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            CheckpointSaveCommand.class,
            CheckpointListCommand.class,
            CheckpointShowCommand.class,
            CheckpointLoadCommand.class,
            CheckpointForkCommand.class,
            CheckpointExportCommand.class
        })
final class CheckpointCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with checkpoints.");
    }
}
