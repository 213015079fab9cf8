package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateResult;
import io.taskgraph.gates.Verdict;
import java.util.ArrayList;
import java.util.List;

/** A report for the terminal. */
final class GateLines {
    private GateLines() {}

    static List<String> of(GateReport report, Terminal terminal) {
        List<String> lines = new ArrayList<>();
        lines.add(
                terminal.bold("Gates " + report.set() + (report.title().isEmpty() ? "" : ", " + report.title())) + ": "
                        + verdict(report.verdict(), terminal) + "  ("
                        + Counted.of(report.runs().size(), "run") + ", "
                        + Counted.of(report.decisions(), "decision") + " read)");
        Table table = new Table(terminal, "GATE", "VERDICT", "BLOCKS", "BECAUSE");
        for (GateResult g : report.gates()) {
            table.row(g.id(), verdict(g.verdict(), terminal), g.blocking() ? "yes" : "no", Text.plain(g.because()));
        }
        lines.addAll(table.lines());
        for (GateResult g : report.gates()) {
            g.objections().forEach(o -> lines.add("  " + g.id() + ": " + Text.plain(o.toString())));
            if (g.objected() > g.objections().size()) {
                lines.add("  " + g.id() + ": and "
                        + (g.objected() - g.objections().size()) + " more");
            }
        }
        lines.add("");
        return lines;
    }

    private static String verdict(Verdict v, Terminal terminal) {
        return switch (v) {
            case PASS -> terminal.good("PASS");
            case FAIL -> terminal.bad("FAIL");
            case NOT_OBSERVED -> terminal.busy("NOT OBSERVED");
        };
    }
}
