package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.retention.RetentionReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Keeps the history: snapshots by policy, and what goes behind them. */
@Command(
        name = "retain",
        description = {
            "Keep the history as the runs' policies say (sections snapshots and retention): fold the log, take snapshots,"
                    + " read them back, have finished runs forgotten that are over their time, cut the log off behind what"
                    + " no kept run needs.",
            "Nothing goes but behind a snapshot that replay has verified. It may be killed at any moment and run again.",
            "Exits with 1 if something is wrong with a run's log or a snapshot; nothing of that run goes then."
        })
final class RetainCommand implements Callable<Integer> {
    @Option(names = "--once", description = "One pass, then end (default).")
    private boolean once;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "A pass again and again, so long after the last, until Ctrl-C: for instance 30s, 10m, 1h.")
    private String every;

    @Option(names = "--dry-run", description = "Say what a pass would do, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "Put what is cut off there first, a piece each time: `replay --from DIR` proves all of them"
                    + " together. One process at a time.")
    private Path archive;

    @Option(names = "--json", description = "One JSON object for each pass.")
    private boolean json;

    @Mixin
    private Actor actor;

    @Mixin
    private Signing signing;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Duration pause = pause();
        Cluster cluster = connection.cluster();
        ReplaySource source = Replaying.source(cluster, null);
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        if (pause == null) {
            try (Keeping keeping = open(cluster, source)) {
                return pass(keeping, screen, out) ? 0 : 1;
            }
        }
        StopSignal signal = StopSignal.install();
        try (Keeping keeping = open(cluster, source)) {
            do {
                pass(keeping, screen, out);
            } while (!signal.awaitUntil(pause.toMillis()));
        } catch (RuntimeException e) {
            signal.ended();
            throw e;
        }
        signal.closed();
        return 0;
    }

    private Keeping open(Cluster cluster, ReplaySource source) {
        return Keeping.open(
                cluster, source, signing.operator(actor.name()), "", timeout.duration(), dryRun ? null : archive);
    }

    private Duration pause() {
        if (every == null) {
            return null;
        }
        if (once || dryRun) {
            throw new ParameterException(
                    spec.commandLine(), "--every goes on and on: leave out --once and --dry-run, or --every.");
        }
        return Spans.parse(every)
                .filter(span -> !span.isZero())
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--every takes a time such as 30s, 10m or 1h, not '" + every + "'."));
    }

    private boolean pass(Keeping keeping, Screen screen, PrintWriter out) {
        long begun = System.nanoTime();
        LongConsumer left = Replaying.left(screen, "Keeping");
        RetentionReport report = dryRun ? keeping.dryRun(left) : keeping.pass(left);
        screen.clear();
        long millis = (System.nanoTime() - begun) / 1_000_000;
        List<String> lines =
                json ? List.of(RetainLines.json(report, dryRun, millis)) : RetainLines.of(report, dryRun, millis);
        lines.forEach(out::println);
        out.flush();
        return report.problems().isEmpty();
    }
}
