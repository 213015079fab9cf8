package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Times;
import io.taskgraph.eval.Baseline;
import io.taskgraph.eval.Check;
import io.taskgraph.eval.ScenarioResult;
import io.taskgraph.eval.SimulatedStage;
import io.taskgraph.eval.Suite;
import io.taskgraph.gates.GateReport;
import io.taskgraph.spec.UnreadableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays scenarios and compares what comes of them with what is expected, and with what came of them before. */
@Command(
        name = "eval",
        description = {
            "Play scenarios: a graph, agents that behave as told, faults, and what has to be on record in the end. Each is"
                    + " scored from the log it leaves, and compared with a stored baseline.",
            "Exits with 1 if a scenario does not come out as expected, if something is worse than in the baseline, or if a"
                    + " blocking gate does not pass."
        })
final class EvalCommand implements Callable<Integer> {
    /** Where scenarios are played. */
    enum On {
        SIMULATION,
        BROKER
    }

    private static final String BASELINE = "baseline.json";

    @Parameters(
            arity = "0..1",
            paramLabel = "SUITE",
            defaultValue = "examples/evals",
            description = "A directory of scenarios, or one (default: ${DEFAULT-VALUE}).")
    private Path suite;

    @Option(
            names = "--on",
            paramLabel = "STAGE",
            defaultValue = "SIMULATION",
            description =
                    "simulation (the engine on a manual clock; the same seed, the same log) or broker (an embedded"
                            + " cluster of its own, in real time) (default: simulation).")
    private On on;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "What to compare with (default: " + BASELINE + " in the suite, if it is there).")
    private Path baseline;

    @Option(names = "--update-baseline", description = "Store what came out as the new baseline, if all of it passes.")
    private boolean update;

    @Option(
            names = "--set",
            paramLabel = "SET",
            split = ",",
            description = "Also judge the log that the scenarios left by sets of gates, as `gates --set` does.")
    private List<String> sets = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "Write the gates' reports there.")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the simulation (default: 1).")
    private long seed;

    @Option(names = "--json", description = "One JSON object a scenario, then one for the suite.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter writer = spec.commandLine().getOut();
        Suite read = read();
        Path stored = stored();
        Baseline before = stored == null || update ? null : baseline(stored);
        var gates = GatesCommand.sets(sets, spec.commandLine().getErr());

        long begun = System.nanoTime();
        List<ScenarioResult> results = play(read);
        long millis = (System.nanoTime() - begun) / 1_000_000;
        List<String> worse = before == null ? List.of() : before.regressions(results, on == On.SIMULATION);
        List<GateReport> reports =
                gates.stream().map(set -> Suite.judge(set, results)).toList();

        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        if (json) {
            results.forEach(r -> writer.println(JsonLine.of(fields(r))));
            writer.println(JsonLine.of(fields(results, worse, reports, millis)));
        } else {
            print(results, terminal, writer);
            worse.forEach(w -> writer.println(terminal.bad("Worse: ") + w));
            reports.forEach(r -> GateLines.of(r, terminal).forEach(writer::println));
            writer.println(Counted.of(results.size(), "scenario") + " in " + Times.of(millis)
                    + (before == null ? ", compared with no baseline." : ", compared with " + stored + "."));
        }
        writer.flush();
        if (out != null) {
            GateFiles.write(reports, out);
        }
        boolean passes = results.stream().allMatch(ScenarioResult::passes);
        if (update) {
            store(results, passes);
        }
        return passes && worse.isEmpty() && reports.stream().allMatch(GateReport::passes) ? 0 : 1;
    }

    private Suite read() {
        try {
            return Suite.read(suite);
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, spec.commandLine().getErr());
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), 2, e);
        }
    }

    /** Where the baseline is, or is to be; null: there is none to compare with. */
    private Path stored() {
        Path usual = Files.isDirectory(suite) ? suite.resolve(BASELINE) : null;
        if (baseline != null || usual == null) {
            if (update && baseline == null) {
                throw new CommandException(
                        "Of one scenario no baseline is stored; name a file with --baseline.", 2, null);
            }
            return baseline;
        }
        return update || Files.exists(usual) ? usual : null;
    }

    private static Baseline baseline(Path file) {
        try {
            return Baseline.read(file);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), 2, e);
        }
    }

    private List<ScenarioResult> play(Suite read) {
        if (on == On.SIMULATION) {
            return read.play((s, runId) -> new SimulatedStage(runId, s.policy()), "", seed);
        }
        try (EvalCluster cluster =
                EvalCluster.start(read.scenarios(), spec.commandLine().getErr())) {
            return read.play(cluster::stage, "", seed);
        }
    }

    private void store(List<ScenarioResult> results, boolean passes) {
        if (!passes) {
            throw new CommandException(
                    "Not every scenario comes out as expected: no baseline is stored. Mend the scenario or what it found.");
        }
        if (on != On.SIMULATION) {
            throw new CommandException(
                    "A baseline is stored from the simulation, for on a broker measures depend on the machine.");
        }
        try {
            Files.writeString(stored(), Baseline.of(results).write());
        } catch (IOException e) {
            throw new CommandException("Cannot write " + stored() + " (" + e.getMessage() + ").", e);
        }
    }

    private static void print(List<ScenarioResult> results, Terminal terminal, PrintWriter writer) {
        Table table = new Table(terminal, "SCENARIO", ">SCORE", ">DECISIONS", ">RETRIES", ">TOOK", "OUTCOME");
        for (ScenarioResult r : results) {
            table.row(
                    r.name(),
                    r.score(),
                    r.measures().get("decisions"),
                    r.measures().get("retries"),
                    Times.of(r.measures().get("millis")),
                    r.passes() ? terminal.good("as expected") : terminal.bad("NOT AS EXPECTED"));
        }
        table.lines().forEach(writer::println);
        writer.println();
        for (ScenarioResult r : results) {
            for (Check c : r.checks()) {
                if (!c.met()) {
                    writer.println(terminal.bad(r.name()) + ": expected that " + c.what() + "; found " + c.found());
                }
            }
        }
    }

    private static Map<String, Object> fields(ScenarioResult r) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("scenario", r.name());
        fields.put("passes", r.passes());
        fields.put("score", r.score());
        fields.put("measures", r.measures());
        fields.put(
                "checks",
                r.checks().stream()
                        .map(c -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("what", c.what());
                            one.put("met", c.met());
                            one.put("found", c.found());
                            return one;
                        })
                        .toList());
        fields.put("state_digest", r.replayed().stateDigest());
        return fields;
    }

    private static Map<String, Object> fields(
            List<ScenarioResult> results, List<String> worse, List<GateReport> reports, long millis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("scenarios", results.size());
        fields.put("passed", results.stream().filter(ScenarioResult::passes).count());
        fields.put("worse_than_baseline", worse);
        Map<String, Object> gates = new LinkedHashMap<>();
        reports.forEach(r -> gates.put(r.set(), r.verdict().name()));
        fields.put("gates", gates);
        fields.put("millis", millis);
        return fields;
    }
}
