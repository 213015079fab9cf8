package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.embedded.EmbeddedOptions;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Everything in a minute. */
@Command(
        name = "demo",
        description = {
            "See it work, in under a minute: a broker, a registry and a control plane on this machine; three real task"
                    + " graphs; agents in processes of their own, one of which is killed on the way; a signed toolpack that is tampered with,"
                    + " and one that is revoked; and in the end the"
                    + " decision log replayed, compared with the live state, and every decision decided again.",
            "With --bootstrap and --registry it uses a cluster on which a control plane is running.",
            "Exits with 0 only if every run completed, the dead agent's tasks were done by others, and replay agrees."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_FILES = 3;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Up to three run specifications (default: real workflows from ../shared/data/workflows where"
                    + " they are, and examples/).")
    private List<Path> files = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "14",
            description = "How long each graph is to take about, by compressing its durations (default:"
                    + " ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many agent processes, 2 to 9 (default: ${DEFAULT-VALUE}).")
    private int processes;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write the first run's trace there, for ui.perfetto.dev.")
    private Path trace;

    @Option(names = "--json", description = "Nothing but the outcome, as one JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireRange("--seconds", seconds, 1, 600);
        requireRange("--agents", processes, 2, 9);
        if (files.size() > MOST_FILES) {
            throw new ParameterException(
                    spec.commandLine(), "demo takes at most " + MOST_FILES + " files, not " + files.size() + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = json
                ? new Screen(new PrintWriter(Writer.nullWriter()), Terminal.none())
                : new Screen(out, Terminal.ofProcess());
        List<DemoGraph> graphs = graphs();
        QuietLogs.unlessAskedFor();
        StopSignal signal = StopSignal.install();
        try (DemoBoard board = new DemoBoard(screen)) {
            DemoOutcome outcome = run(board, graphs, signal);
            if (json) {
                out.println(JsonLine.of(outcome.json()));
                out.flush();
            }
            List<String> problems = outcome.problems();
            if (!problems.isEmpty()) {
                throw new CommandException(String.join(" ", problems));
            }
            return 0;
        } finally {
            signal.ended();
        }
    }

    private void requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be " + least + " to " + most + ", not " + value + ".");
        }
    }

    private List<DemoGraph> graphs() {
        List<Path> chosen = files.isEmpty() ? DemoGraph.choose(root()) : files;
        // One process dies, so its share of the work is done by the others.
        double slots = (double) Demo.SLOTS * (processes - 1) / chosen.size();
        return chosen.stream()
                .map(file -> DemoGraph.read(file, seconds * 1000L, slots))
                .toList();
    }

    /** The repository's root as {@code scripts/taskgraph} tells it; else the current directory. */
    private static Path root() {
        return Path.of(System.getProperty("taskgraph.root", "."))
                .toAbsolutePath()
                .normalize();
    }

    /** As short as a person would write it: relative to the current directory, or absolute. */
    private static String shortest(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String relative = Path.of("").toAbsolutePath().relativize(absolute).toString();
        return relative.length() < absolute.toString().length() ? relative : absolute.toString();
    }

    private DemoOutcome run(DemoBoard board, List<DemoGraph> graphs, StopSignal signal) {
        board.title(graphs.size() + " task graphs, " + processes + " agent processes, one of which will be killed.");
        graphs.forEach(graph -> board.detail(shortest(graph.file())));
        if (connection.named()) {
            Cluster cluster = connection.cluster();
            board.done("using the cluster at " + cluster.bootstrap() + ", on which a control plane must be running");
            return new Demo(board, cluster, graphs, processes, signal)
                    .tracingTo(trace)
                    .run();
        }
        board.waiting("starting a broker and a registry");
        Patience patience =
                new Patience(Duration.ofMinutes(1), spec.commandLine().getErr(), signal);
        String prefix = connection.prefixOrDefault();
        try (LocalControlPlane local = LocalControlPlane.start(EmbeddedOptions.defaults(), prefix, null, 1, patience)) {
            board.done("a Kafka broker in this JVM at " + local.cluster().bootstrap());
            board.done("a schema registry beside it at " + local.cluster().registryUrl());
            Demo demo = new Demo(board, local.cluster(), graphs, processes, signal);
            return demo.tracingTo(trace).run(local.topology());
        }
    }
}
