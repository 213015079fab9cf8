package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to do with policies; each is a command of its own. */
@Command(
        name = "policy",
        description = {
            "Check, show, list and publish policy documents, have runs use them, explain what they decided, and try others.",
            "A run pins one policy when it is created: the one it names, else the published one that its labels select,"
                    + " else the preset `default`."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicyCheckCommand.class,
            PolicyShowCommand.class,
            PolicyListCommand.class,
            PolicyPublishCommand.class,
            PolicyUseCommand.class,
            PolicyExplainCommand.class,
            PolicyDiffCommand.class
        })
final class PolicyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do with policies: one of "
                        + String.join(", ", spec.subcommands().keySet()) + ".");
    }
}
