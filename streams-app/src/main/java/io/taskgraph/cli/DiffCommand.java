package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.engine.EntryDifference;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.RunDiff;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What changed in a run between two points of its history. */
@Command(
        name = "diff",
        description = {
            "Show what changed in a run between two points of its history: which entries of its state, which fields,"
                    + " and their values before and after.",
            "A point is a decision's sequence number, a time such as 2026-01-31T12:00:00Z, or end. Both states are"
                    + " folded from the decision log, and every decision on the way is checked."
        })
final class DiffCommand implements Callable<Integer> {
    private static final int WIDTH = 60;

    @Parameters(paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(names = "--from", paramLabel = "POINT", required = true, description = "The earlier point.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "POINT",
            defaultValue = "end",
            description = "The later point (default: ${DEFAULT-VALUE}).")
    private String to;

    @Option(names = "--json", description = "One JSON object, with values in full.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Point before = TimeTravel.point(spec, "--from", from);
        Point after = TimeTravel.point(spec, "--to", to);
        Cluster cluster = connection.cluster();
        PrintWriter out = spec.commandLine().getOut();
        PastRun one = TimeTravel.state(cluster, runId, before, out, json);
        PastRun other = TimeTravel.state(cluster, runId, after, out, json);
        List<EntryDifference> differences = RunDiff.of(one.run(), other.run());
        if (json) {
            out.println(JsonLine.of(fields(one, other, differences)));
        } else {
            print(one, other, differences, Terminal.ofProcess(), out);
        }
        out.flush();
        return 0;
    }

    private static void print(
            PastRun one, PastRun other, List<EntryDifference> differences, Terminal terminal, PrintWriter out) {
        out.println(terminal.bold(one.run().runId()) + " from decision " + one.sequence() + " ("
                + one.last().getDecidedAt() + ") to decision " + other.sequence() + " ("
                + other.last().getDecidedAt() + "): " + Counted.of(differences.size(), "difference"));
        if (differences.isEmpty()) {
            return;
        }
        Table table = new Table(terminal, "ENTRY", "FIELD", "BEFORE", "AFTER");
        for (EntryDifference d : differences) {
            table.row(
                    Text.shorten(Text.plain(d.entry()), WIDTH),
                    d.field(),
                    Text.shorten(Text.plain(d.one()), WIDTH),
                    Text.shorten(Text.plain(d.other()), WIDTH));
        }
        out.println();
        table.lines().forEach(out::println);
    }

    private static Map<String, Object> fields(PastRun one, PastRun other, List<EntryDifference> differences) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", one.run().runId());
        fields.put("from", point(one));
        fields.put("to", point(other));
        fields.put(
                "differences",
                differences.stream()
                        .map(d -> {
                            Map<String, Object> difference = new LinkedHashMap<>();
                            difference.put("entry", d.entry());
                            difference.put("field", d.field());
                            difference.put("before", d.one());
                            difference.put("after", d.other());
                            return difference;
                        })
                        .toList());
        return fields;
    }

    private static Map<String, Object> point(PastRun run) {
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("sequence", run.sequence());
        point.put("decided_at", run.last().getDecidedAt().toString());
        point.put("state_digest", HexFormat.of().formatHex(run.run().stateDigest()));
        return point;
    }
}
