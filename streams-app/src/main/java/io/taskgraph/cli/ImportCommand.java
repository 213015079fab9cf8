package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.replay.Import;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads an export into another cluster. */
@Command(
        name = "import",
        description = {
            "Load an export into another cluster, whose control plane has run once and is stopped now: decisions,"
                    + " summaries, policies, and the runs into its stores. All of it or nothing.",
            "Refused if a run of the export is there already. Started again, the control plane has the runs, and they go on"
                    + " where they stood."
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "What `export` wrote.")
    private Path directory;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "The control plane's application id, where `serve` is given another than the default.")
    private String applicationId;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        Import.Brought brought = Import.of(
                directory,
                Replaying.source(connection.cluster(), applicationId),
                Replaying.progress(screen, "Importing"));
        screen.clear();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("runs", brought.runs());
            fields.put("decisions", brought.decisions());
            fields.put("entries", brought.entries());
            fields.put("policies", brought.policies());
            out.println(JsonLine.of(fields));
        } else {
            out.println("imported  " + Counted.of(brought.decisions(), "decision") + " of "
                    + Counted.of(brought.runs(), "run") + ", " + Counted.of(brought.entries(), "entry")
                    + " for the stores, " + Counted.of(brought.policies(), "policy"));
        }
        out.flush();
        return 0;
    }
}
