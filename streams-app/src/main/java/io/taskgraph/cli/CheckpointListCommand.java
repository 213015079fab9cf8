package io.taskgraph.cli;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.query.CheckpointTopic;
import io.taskgraph.query.RecordFields;
import io.taskgraph.query.Source;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which checkpoints there are. */
@Command(name = "list", description = "List the checkpoints that runs keep, the oldest of a run first.")
final class CheckpointListCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Only those of this run.")
    private String runId;

    @Option(names = "--json", description = "A JSON object on a line for each.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Cluster cluster = connection.cluster();
        List<Checkpoint> checkpoints;
        try (SchemaRegistry registry = cluster.registry()) {
            Source source = cluster.source(registry);
            checkpoints = runId == null ? CheckpointTopic.all(source) : CheckpointTopic.of(source, runId);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            checkpoints.forEach(c -> out.println(JsonLine.of(RecordFields.of(c))));
        } else if (checkpoints.isEmpty()) {
            out.println("No checkpoint is kept" + (runId == null ? "." : " of run " + runId + "."));
        } else {
            print(checkpoints, out);
        }
        out.flush();
        return 0;
    }

    private static void print(List<Checkpoint> checkpoints, PrintWriter out) {
        long now = System.currentTimeMillis();
        Table table = new Table(
                Terminal.ofProcess(),
                "RUN",
                "CHECKPOINT",
                ">DECISION",
                "PHASE",
                ">UNFINISHED",
                ">AGE",
                "BY",
                "SUMMARY");
        for (Checkpoint c : checkpoints) {
            table.row(
                    c.getRunId(),
                    Text.plain(CheckpointFile.id(c)),
                    c.getSequence(),
                    c.getPhase(),
                    c.getUnfinished() + "/" + c.getTasks(),
                    Times.of(now - c.getTakenAt().toEpochMilli()),
                    Text.shorten(Text.plain(c.getActor().isEmpty() ? c.getTakenBy() : c.getActor()), 24),
                    Text.plain(c.getSummary()));
        }
        table.lines().forEach(out::println);
    }
}
