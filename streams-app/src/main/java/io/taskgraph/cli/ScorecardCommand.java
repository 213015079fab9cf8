package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.gates.Audit;
import io.taskgraph.gates.Autonomy;
import io.taskgraph.gates.AutonomyCriteria;
import io.taskgraph.gates.Scorecard;
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

/** Says what autonomy the record supports. */
@Command(
        name = "scorecard",
        description = {
            "Say, by agent type and risk of the action, what autonomy the record supports, and why: how many actions were"
                    + " as they should be, and what that makes likely (Wilson's interval). Too few runs or actions"
                    + " support nothing.",
            "It advises: nothing follows from it by itself.",
            "Exits with 1 if the log diverges from replay, for then it proves nothing."
        })
final class ScorecardCommand implements Callable<Integer> {
    @Option(
            names = "--criteria",
            paramLabel = "FILE",
            description = "What autonomy asks for (YAML); without it, the criteria that come with it.")
    private Path file;

    @Mixin
    private WindowOptions window;

    @Mixin
    private RecordSource source;

    @Option(names = "--json", description = "One JSON object an agent type and risk.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        AutonomyCriteria criteria = file == null
                ? AutonomyCriteria.standard()
                : Sheets.read(file, AutonomyCriteria::read, spec.commandLine().getErr());
        Window over = window.window(Instant.now());
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        Audit audit = Scorecard.audit();
        ReplayReport replay = source.replay(connection, null, screen, audit);
        Scorecard card = Scorecard.of(criteria, audit, over);
        if (json) {
            card.rows().forEach(row -> out.println(JsonLine.of(fields(row, card))));
        } else {
            print(card, terminal, out);
        }
        out.flush();
        if (!replay.agrees()) {
            throw new CommandException(replay.firstDivergence().orElseThrow().sentence());
        }
        return 0;
    }

    private static void print(Scorecard card, Terminal terminal, PrintWriter out) {
        out.println(terminal.bold(
                "Autonomy that " + Counted.of(card.runs(), "run") + " support" + (card.runs() == 1 ? "s" : "")));
        if (card.rows().isEmpty()) {
            out.println("No attempt and no action is on record.");
            return;
        }
        Table table =
                new Table(terminal, "AGENTS", "RISK", ">RUNS", ">ACTIONS", ">GOOD", ">LIKELY", "SUPPORTS", "BECAUSE");
        for (Scorecard.Row row : card.rows()) {
            table.row(
                    Text.plain(row.agentType()),
                    row.risk().key(),
                    row.runs(),
                    row.good().trials(),
                    row.good().good(),
                    String.format(Locale.ROOT, "%.3f-%.3f", row.lower(), row.upper()),
                    level(row.supports(), terminal),
                    row.because());
        }
        table.lines().forEach(out::println);
    }

    private static String level(Autonomy a, Terminal terminal) {
        return switch (a) {
            case TOO_FEW -> terminal.dim("too few");
            case APPROVE_EACH -> "approve each";
            case SUPERVISED -> terminal.busy("supervised");
            case AUTONOMOUS -> terminal.good("autonomous");
        };
    }

    private static Map<String, Object> fields(Scorecard.Row row, Scorecard card) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("agent_type", row.agentType());
        fields.put("risk", row.risk().key());
        fields.put("supports", row.supports().name());
        fields.put("because", row.because());
        fields.put("runs", row.runs());
        fields.put("performed", row.performed());
        fields.put("bypasses", row.bypasses());
        fields.put("denied_by_people", row.deniedByPeople());
        fields.put("denied_by_rule", row.deniedByRule());
        fields.put("approved_by_people", row.approvedByPeople());
        fields.put("attempts_done", row.attemptsDone());
        fields.put("attempts_failed", row.attemptsFailed());
        fields.put("trials", row.good().trials());
        fields.put("good", row.good().good());
        fields.put("confidence", card.criteria().confidence());
        fields.put("lower", row.lower());
        fields.put("upper", row.upper());
        return fields;
    }
}
