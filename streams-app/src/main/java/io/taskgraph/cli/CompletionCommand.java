package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a completion script for bash and zsh; picocli's own command of this name would clash with our {@code -h}. */
@Command(
        name = "generate-completion",
        description = "Print a completion script for bash and zsh: source <(taskgraph generate-completion)")
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()));
        spec.commandLine().getOut().println();
        spec.commandLine().getOut().flush();
        return 0;
    }
}
