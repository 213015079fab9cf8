package io.taskgraph.cli;

import io.taskgraph.avro.RecordGates;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import io.taskgraph.gates.Audit;
import io.taskgraph.gates.GateFormat;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateSet;
import io.taskgraph.gates.TopicEvidence;
import io.taskgraph.gates.Window;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.ReplaySource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges the record by sets of regression gates. */
@Command(
        name = "gates",
        description = {
            "Judge what is on record by regression gates: one pass over the decision log, which replays every run as it"
                    + " goes. A gate says PASS, FAIL, or NOT_OBSERVED, which is not a pass.",
            "Sets that come with it: A (foundation), B (safety), C (expansion).",
            "Exits with 1 if a blocking gate does not pass."
        })
final class GatesCommand implements Callable<Integer> {
    /** How a report is printed. */
    enum Format {
        TEXT,
        JSON,
        JUNIT,
        MARKDOWN
    }

    @Option(
            names = "--set",
            paramLabel = "SET",
            split = ",",
            defaultValue = "A",
            description =
                    "A, B, C or a YAML file of gates and thresholds; several by commas (default: ${DEFAULT-VALUE}).")
    private List<String> sets;

    @Mixin
    private WindowOptions window;

    @Mixin
    private RecordSource source;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "TEXT",
            description = "text, json (a line a set), junit or markdown (default: text).")
    private Format format;

    @Option(names = "--out", paramLabel = "DIR", description = "Also write the reports there, in every format.")
    private Path out;

    @Option(
            names = "--record",
            paramLabel = "RUN",
            description = "Put the verdicts on this run's record; its policy may wait for them.")
    private String record;

    @Mixin
    private Actor actor;

    @Mixin
    private Signing signing;

    @Mixin
    private DecisionTimeout timeout;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "The control plane's application id, where `serve` was given another than the default.")
    private String applicationId;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (source.isExport() && record != null) {
            throw new ParameterException(
                    spec.commandLine(), "--record asks a control plane for a decision: give it without --from.");
        }
        PrintWriter writer = spec.commandLine().getOut();
        Function<Client, Operator> as = record == null ? null : signing.operator(actor.name());
        List<GateSet> wanted = sets(sets, spec.commandLine().getErr());
        Window over = window.window(Instant.now());
        Terminal terminal = format == Format.TEXT ? Terminal.ofProcess() : Terminal.none();

        List<GateReport> reports = judge(wanted, over, new Screen(writer, terminal));
        if (reports.get(0).runs().isEmpty() && !window.runs().isEmpty()) {
            throw new CommandException("There is no run " + String.join(" or ", window.runs())
                    + " on the decision log: `taskgraph runs` lists those there are.");
        }
        reports.forEach(r -> print(r, terminal, writer));
        writer.flush();
        if (out != null) {
            GateFiles.write(reports, out);
        }
        if (record != null) {
            record(reports, as, writer);
        }
        return reports.stream().allMatch(GateReport::passes) ? 0 : 1;
    }

    /** Also a report that does not pass is put on record. */
    private void record(List<GateReport> reports, Function<Client, Operator> as, PrintWriter writer) {
        try (Client client = Client.connect(connection.cluster().client(timeout.duration()))) {
            Operator operator = as.apply(client);
            for (GateReport report : reports) {
                RecordGates gates = GateRecords.of(report, record)
                        .orElseThrow(() -> new CommandException("The report is not about run " + record
                                + ": it is on no decision log, or not in the window."));
                Answer answer = Answers.of(operator.recordGates(record, gates, "gates " + report.set()));
                if (!answer.accepted()) {
                    throw new CommandException(
                            "The verdict of gates " + report.set() + " was not recorded: " + Answers.refusal(answer));
                }
                if (format == Format.TEXT) {
                    writer.println("recorded  gates " + report.set() + " on run " + record + "  (decision "
                            + answer.sequence() + ")");
                    writer.flush();
                }
            }
        }
    }

    private List<GateReport> judge(List<GateSet> wanted, Window over, Screen screen) {
        Audit audit = Audit.ofGates();
        ReplayReport replay = source.replay(connection, applicationId, screen, audit);
        TopicEvidence evidence = source.evidence(connection, applicationId);
        return wanted.stream()
                .map(set -> GateReport.of(set, audit, replay, evidence, over))
                .toList();
    }

    /** What one set says of the runs of a window on a cluster. */
    static GateReport report(GateSet set, ReplaySource source, Window over) {
        Audit audit = Audit.ofGates();
        ReplayReport replay = Replay.all(source, Replay.Progress.NONE, audit);
        return GateReport.of(set, audit, replay, RecordSource.evidence(source), over);
    }

    /** The sets of these names or files. */
    static List<GateSet> sets(List<String> named, PrintWriter err) {
        List<GateSet> sets = new ArrayList<>();
        for (String name : named) {
            sets.add(GateSet.named(name).orElseGet(() -> {
                boolean file = name.contains("/") || name.contains(".");
                if (!file && !java.nio.file.Files.exists(Path.of(name))) {
                    throw new CommandException(
                            "There is no set of gates " + name + ": choose " + String.join(", ", GateSet.BUILT_IN)
                                    + ", or name a YAML file.",
                            2,
                            null);
                }
                return Sheets.read(Path.of(name), GateSet::read, err);
            }));
        }
        return sets;
    }

    private void print(GateReport report, Terminal terminal, PrintWriter writer) {
        Map<Format, GateFormat> formats = Map.of(
                Format.JSON, GateFormat.JSON, Format.JUNIT, GateFormat.JUNIT, Format.MARKDOWN, GateFormat.MARKDOWN);
        if (format == Format.TEXT) {
            GateLines.of(report, terminal).forEach(writer::println);
        } else {
            writer.print(formats.get(format).write(report));
        }
    }
}
