package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows runs live. */
@Command(
        name = "watch",
        description = {
            "Show runs live until they end: how far they are, and which tasks are with which worker.",
            "On a terminal it is redrawn in place; elsewhere a line is printed where something changed.",
            "Exits with 0 if all completed without a failed task, with 1 otherwise."
        })
final class WatchCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run ids, as `runs` lists them.")
    private List<String> runIds;

    @Option(names = "--json", description = "A JSON object on a line where something changed.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Screen screen = new Screen(spec.commandLine().getOut(), json ? Terminal.none() : Terminal.ofProcess());
        return Watch.untilOver(connection.cluster(), runIds, screen, json) ? 0 : 1;
    }
}
