package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to do with extensions; each is a command of its own. */
@Command(
        name = "ext",
        description = {
            "Make keys, sign and verify extensions, and say things about their artifacts that can be verified.",
            "An extension is a toolpack, plugin, hook or MCP server; docs/feature-specs/toolpack-format.md has its manifest."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ExtKeygenCommand.class,
            ExtSignCommand.class,
            ExtVerifyCommand.class,
            ExtAttestCommand.class,
            ExtInspectCommand.class,
            ExtProposeCommand.class,
            ExtEnableCommand.class,
            ExtSuspendCommand.class,
            ExtRetireCommand.class,
            ExtRevokeCommand.class,
            ExtListCommand.class,
            ExtShowCommand.class,
            ExtWhyCommand.class
        })
final class ExtCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do with extensions: one of "
                        + String.join(", ", spec.subcommands().keySet()) + ".");
    }
}
