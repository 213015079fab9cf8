package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import java.io.PrintWriter;
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

/** Folds the decision log and proves that the live state is what it says. */
@Command(
        name = "replay",
        description = {
            "Fold the decision log from its beginning, and compare: after every decision the state's digest and the"
                    + " hash chain with what is recorded, at the end the entries of the live state stores and the"
                    + " summaries.",
            "A control plane that goes on deciding meanwhile is no divergence.",
            "Exits with 1, and the first divergence, if anything differs."
        })
final class ReplayCommand implements Callable<Integer> {
    /** So many runs get a line of their own; more are summed up. */
    private static final int LISTED = 20;

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Replay this run only (default: all runs).")
    private String runId;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "The control plane's application id, where `serve` was given another than the default.")
    private String applicationId;

    @Option(names = "--json", description = "One JSON object for each run, then one for all.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        long begun = System.nanoTime();
        ReplayReport report = Replaying.of(connection.cluster(), applicationId, runId, screen);
        long millis = (System.nanoTime() - begun) / 1_000_000;
        if (runId != null && report.runs().isEmpty()) {
            throw new CommandException(
                    "There is no run " + runId + " on the decision log: `taskgraph runs` lists those there are.");
        }
        if (json) {
            report.runs().forEach(run -> out.println(JsonLine.of(fields(run))));
            out.println(JsonLine.of(fields(report, millis)));
        } else {
            print(report, terminal, millis, out);
        }
        out.flush();
        if (!report.agrees()) {
            String first = report.firstDivergence().orElseThrow().sentence();
            if (json) {
                return 1;
            }
            throw new CommandException(first);
        }
        return 0;
    }

    private static void print(ReplayReport report, Terminal terminal, long millis, PrintWriter out) {
        List<RunVerdict> runs = report.runs();
        if (!runs.isEmpty()) {
            Table table =
                    new Table(terminal, "RUN", "PHASE", ">DECISIONS", "LIVE STATE", "SUMMARY", "DIGEST", "VERDICT");
            List<RunVerdict> listed = runs.size() <= LISTED
                    ? runs
                    : runs.stream().filter(run -> !run.agrees()).limit(LISTED).toList();
            for (RunVerdict run : listed) {
                table.row(
                        run.runId(),
                        run.phase(),
                        run.decisions(),
                        run.comparedWithLive() ? "compared" : "not there",
                        run.comparedWithSummary() ? "compared" : "not there",
                        run.stateDigest().substring(0, 12),
                        run.agrees() ? terminal.good("agrees") : terminal.bad("DIVERGES"));
            }
            if (!listed.isEmpty()) {
                table.lines().forEach(out::println);
                out.println();
            }
        }
        Replaying.verdict(report, terminal, millis).forEach(out::println);
        Replaying.provedFrom(report, LISTED).forEach(out::println);
        report.notChecked().forEach(what -> out.println(terminal.dim("Not checked: " + what)));
    }

    private static Map<String, Object> fields(RunVerdict run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run_id", run.runId());
        fields.put("agrees", run.agrees());
        fields.put("phase", run.phase());
        fields.put("decisions", run.decisions());
        fields.put("sequence", run.sequence());
        fields.put("state_digest", run.stateDigest());
        fields.put("compared_with_live_state", run.comparedWithLive());
        fields.put("compared_with_summary", run.comparedWithSummary());
        fields.put("compared_snapshots", run.comparedSnapshots());
        fields.put("proved_from", run.provedFrom());
        fields.put("forgotten", run.forgotten());
        run.divergence().ifPresent(d -> {
            Map<String, Object> divergence = new LinkedHashMap<>();
            divergence.put("sequence", d.sequence());
            divergence.put("partition", d.partition());
            divergence.put("offset", d.offset());
            divergence.put("what", d.what());
            divergence.put("recorded", d.recorded());
            divergence.put("replayed", d.replayed());
            divergence.put("sentence", d.sentence());
            fields.put("divergence", divergence);
        });
        return fields;
    }

    private static Map<String, Object> fields(ReplayReport report, long millis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("agrees", report.agrees());
        fields.put("runs", report.runs().size());
        fields.put("decisions", report.decisions());
        fields.put("refused_outside_runs", report.refusedOutsideRuns());
        fields.put("millis", millis);
        fields.put("checked", Replaying.checked(report));
        fields.put("not_checked", report.notChecked());
        return fields;
    }
}
