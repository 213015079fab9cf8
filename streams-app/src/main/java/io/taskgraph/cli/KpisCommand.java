package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.gates.Audit;
import io.taskgraph.gates.Kpi;
import io.taskgraph.gates.KpiBounds;
import io.taskgraph.gates.KpiReport;
import io.taskgraph.gates.Window;
import io.taskgraph.replay.ReplayReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures safety over a window of runs. */
@Command(
        name = "kpis",
        description = {
            "Measure safety over a window of runs: bypasses, fenced reports, lost workers, how often people were called"
                    + " for and how long they took to answer, overdrawn budgets, undoings, refusals, replay.",
            "Exits with 1 if one is beyond what it may come to, or if there are no runs."
        })
final class KpisCommand implements Callable<Integer> {
    @Option(
            names = "--bounds",
            paramLabel = "FILE",
            description = "What they may come to (YAML); without it, the bounds for a release that come with it.")
    private Path file;

    @Mixin
    private WindowOptions window;

    @Mixin
    private RecordSource source;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        KpiBounds bounds = file == null
                ? KpiBounds.release()
                : Sheets.read(file, KpiBounds::read, spec.commandLine().getErr());
        Window over = window.window(Instant.now());
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        Audit audit = KpiReport.audit();
        ReplayReport replay = source.replay(connection, null, screen, audit);
        KpiReport report = KpiReport.of(bounds, audit, replay, over);
        if (report.runs() == 0) {
            throw new CommandException(
                    "There are no runs to measure (" + over.words() + "): `taskgraph runs` lists those there are.");
        }
        if (json) {
            out.println(JsonLine.of(fields(report)));
        } else {
            print(report, terminal, out);
        }
        out.flush();
        return report.blocks() ? 1 : 0;
    }

    private static void print(KpiReport report, Terminal terminal, PrintWriter out) {
        out.println(
                terminal.bold("Safety of " + Counted.of(report.runs(), "run")) + ", by the bounds " + report.bounds());
        Table table = new Table(terminal, "KPI", ">VALUE", ">AT MOST", "STANDING", "WHAT");
        for (KpiReport.Value v : report.values()) {
            table.row(
                    v.kpi().key(),
                    v.value().isEmpty() ? "-" : text(v.kpi(), v.value().getAsDouble()),
                    v.bound() == null ? "" : text(v.kpi(), v.bound().most()),
                    standing(v.standing(), terminal),
                    v.kpi().what());
        }
        table.lines().forEach(out::println);
    }

    private static String text(Kpi kpi, double value) {
        return switch (kpi.unit()) {
            case COUNT -> Long.toString((long) value);
            case PERCENT -> String.format(Locale.ROOT, "%.1f%%", value);
            case MILLIS -> Times.of((long) value);
        };
    }

    private static String standing(KpiReport.Standing s, Terminal terminal) {
        return switch (s) {
            case OK -> terminal.good("ok");
            case WARNS -> terminal.busy("WARNS");
            case BLOCKS -> terminal.bad("BLOCKS");
            case NOT_OBSERVED -> terminal.dim("not observed");
            case NOT_BOUNDED -> "";
        };
    }

    private static Map<String, Object> fields(KpiReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bounds", report.bounds());
        fields.put("window", report.window().words());
        fields.put("runs", report.runs());
        fields.put("blocks", report.blocks());
        Map<String, Object> kpis = new LinkedHashMap<>();
        for (KpiReport.Value v : report.values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("value", v.value().isEmpty() ? null : number(v.value().getAsDouble()));
            one.put("unit", v.kpi().unit().name().toLowerCase(Locale.ROOT));
            one.put("warn", v.bound() == null ? null : number(v.bound().warn()));
            one.put("most", v.bound() == null ? null : number(v.bound().most()));
            one.put("standing", v.standing().name());
            kpis.put(v.kpi().key(), one);
        }
        fields.put("kpis", kpis);
        fields.put("counts", report.counts());
        return fields;
    }

    private static Number number(double d) {
        return d == Math.rint(d) ? (Number) (long) d : (Number) d;
    }
}
