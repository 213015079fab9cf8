package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.replay.Export;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a run's log, or all, to files that prove it anywhere. */
@Command(
        name = "export",
        description = {
            "Write the decisions of a run, or of all, with their inputs, heartbeats, summaries and policies, as Avro"
                    + " container files with their schemas and a manifest of hashes.",
            "`replay --from DIR [--strict]` proves them without Kafka and without a registry. Keep the manifest's SHA-256,"
                    + " which is printed, elsewhere: it is what the export can be held to."
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Export this run.")
    private String runId;

    @Option(names = "--all", description = "Export all runs.")
    private boolean all;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "Where to: a directory that is empty or not there yet.")
    private Path directory;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (all == (runId != null)) {
            throw new ParameterException(spec.commandLine(), "Give a RUN or --all.");
        }
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        Export.Written written = Export.write(
                Replaying.source(connection.cluster(), null),
                Optional.ofNullable(runId),
                directory,
                Replaying.progress(screen, "Exporting"));
        screen.clear();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directory", directory.toString());
            fields.put("runs", written.runs());
            fields.put("runs_from_a_snapshot", written.cut());
            fields.put("decisions", written.decisions());
            fields.put("other_records", written.others());
            fields.put("bytes", written.bytes());
            fields.put("manifest_sha256", written.manifestSha256());
            out.println(JsonLine.of(fields));
        } else {
            out.println("exported  " + Counted.of(written.decisions(), "decision") + " of "
                    + Counted.of(written.runs(), "run") + " and " + Counted.of(written.others(), "other record")
                    + ", " + written.bytes() + " bytes, to " + directory);
            if (written.cut() > 0) {
                out.println("cut       " + Counted.of(written.cut(), "run")
                        + " from a snapshot on only: what was before was cut off");
            }
            out.println("manifest  SHA-256 " + written.manifestSha256());
        }
        out.flush();
        return 0;
    }
}
