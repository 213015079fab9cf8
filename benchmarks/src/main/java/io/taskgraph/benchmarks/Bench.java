package io.taskgraph.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code taskgraph bench}: measures the whole on this machine, or the core alone with JMH. */
@Command(
        name = "taskgraph bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure on this machine: an embedded broker, the control plane, no-op workers in a process of their own.",
            "W1 is runs of 20 tasks (1 root, 9 parallel, a join, 8 parallel, a join). The limit is what Kafka Streams",
            "does with the same settings on the same broker when it decides nothing; compare figures only as ratios."
        })
public final class Bench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The first ones are taken by code that is not compiled yet. */
    private static final int SNAPSHOTS = 8;
    /** Ten heartbeats' time. */
    private static final int STALE_MILLIS = 10_000;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the result as JSON to this file.")
    private Path out;

    @Option(
            names = "--preset",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "bench",
            description = {
                "Policy preset that the runs pin (default: ${DEFAULT-VALUE}); with several, as in bench,bench-full,",
                "their windows are measured in turn and compared with the first. NAME+heartbeats+mail adds a heartbeat",
                "a second for each run in flight, and a message that a worker of each run (+mail/N: of every Nth) sends to its"
                        + " lead."
            })
    private List<String> presets;

    @Option(
            names = "--in-flight",
            defaultValue = "2000",
            description = "Runs in flight at saturation (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description = {
                "Load before the measured window (default: ${DEFAULT-VALUE}).",
                "The compiler has a lot to do for more than a minute, on two cores."
            })
    private int warmUp;

    @Option(
            names = "--window",
            paramLabel = "SECONDS",
            defaultValue = "18",
            description = "The measured window (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "With several presets: the parts that each one's window is measured in, in turn and every other"
                            + " time in reverse (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(
            names = "--latency-runs",
            paramLabel = "N",
            defaultValue = "200",
            description = "Runs worked off one at a time (default: ${DEFAULT-VALUE}).")
    private int latencyRuns;

    @Option(
            names = "--limit-records",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Records for the limit (default: ${DEFAULT-VALUE}).")
    private int limitRecords;

    @Option(
            names = "--heartbeats",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Measure the hops again under so many heartbeats a second, and how far behind they are read.",
                "0: do not (default: ${DEFAULT-VALUE})."
            })
    private int heartbeats;

    @Option(names = "--partitions", defaultValue = "4", description = "Partitions (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(names = "--threads", defaultValue = "2", description = "Stream threads (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--concurrency",
            defaultValue = "2",
            description = "Tasks that the worker process does at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(
            names = "--batch",
            defaultValue = "500",
            description = "Commands that a worker takes at once (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--readers",
            defaultValue = "2",
            description = "Members of the share group in the worker process (default: ${DEFAULT-VALUE}).")
    private int readers;

    @Option(
            names = "--worker-jvm",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "Further JVM options of the worker process.")
    private String workerJvm;

    @Option(
            names = "--streams",
            paramLabel = "NAME=VALUE",
            description = "A Kafka property of the control plane and of the limit's topology; repeatable.")
    private final Map<String, String> streams = new LinkedHashMap<>();

    @Option(names = "--broker", paramLabel = "NAME=VALUE", description = "A broker property; repeatable.")
    private final Map<String, String> broker = new LinkedHashMap<>();

    @Option(
            names = "--replay",
            paramLabel = "DECISIONS",
            description = "Measure instead how fast an export of so many decisions is folded, and decided again.")
    private long replay;

    @Option(
            names = "--restore",
            split = ",",
            paramLabel = "TASKS",
            description = {
                "Measure instead how long the control plane is away when it starts again with so many tasks (in runs of",
                "1,000), with its disk and without: for instance 10000,1000000."
            })
    private List<Integer> restore;

    @Option(
            names = "--snapshot",
            paramLabel = "TASKS",
            description = "Measure instead how long a snapshot of a run of so many tasks takes: for instance 100000.")
    private Integer snapshot;

    @Option(
            names = "--stale",
            paramLabel = "WORKERS",
            description = {
                "Measure instead how long after the limit commands go out when some of so many busy workers fall silent,",
                "each of which is heard once a second until then: for instance 10000."
            })
    private Integer stale;

    @Option(
            names = "--silent",
            split = ",",
            paramLabel = "WORKERS",
            defaultValue = "100,1000,10000",
            description = "How many of them fall silent, a round each (default: ${DEFAULT-VALUE}).")
    private List<Integer> silent;

    @Option(
            names = "--stale-runs",
            paramLabel = "N",
            defaultValue = "10",
            description = "Runs that they are spread over (default: ${DEFAULT-VALUE}).")
    private int staleRuns;

    @Option(
            names = "--jmh",
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "Run the core's JMH benchmarks instead; what follows goes to JMH (a filter, its options).")
    private List<String> jmh;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    /** {@code bench} as the first argument, which the launcher passes on, is passed over. */
    public static void main(String[] args) throws Exception {
        if (System.getenv("TASKGRAPH_LOG") == null) {
            // Before the first logger. The worker process has it from its parent.
            System.setProperty("TASKGRAPH_LOG", "error");
        }
        List<String> own = new ArrayList<>(List.of(args));
        if (!own.isEmpty() && own.get(0).equals("bench")) {
            own.remove(0);
        }
        int jmhAt = own.indexOf("--jmh");
        if (jmhAt >= 0) {
            // JMH has options of its own, and exits by itself.
            Main.main(own.subList(jmhAt + 1, own.size()).toArray(String[]::new));
            return;
        }
        CommandLine line = new CommandLine(new Bench());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            command.getErr().println("taskgraph: " + error.getMessage());
            if (System.getenv("TASKGRAPH_DEBUG") != null) {
                error.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(line.execute(own.toArray(String[]::new)));
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (replay > 0) {
            ReplayRate.measure(replay, spec.commandLine().getOut()::println);
            return CommandLine.ExitCode.OK;
        }
        if (stale != null) {
            Staleness.Plan plan = new Staleness.Plan(stale, staleRuns, silent, STALE_MILLIS, true);
            return tell(Staleness.measure(plan, settings(), step -> err.println("bench: " + step)));
        }
        if (restore != null || snapshot != null) {
            return tell(ofState(err));
        }
        Measurement.Result result = Measurement.take(settings(), step -> err.println("bench: " + step));
        Map<String, Object> fields = Figures.of(result);
        if (out != null) {
            Files.writeString(
                    out, JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(fields) + "\n");
        }
        spec.commandLine().getOut().println(json ? JSON.writeValueAsString(fields) : Figures.table(result));
        return CommandLine.ExitCode.OK;
    }

    private List<Object> ofState(PrintWriter err) {
        List<Object> all = new ArrayList<>();
        for (int tasks : restore == null ? List.<Integer>of() : restore) {
            all.add(Restores.measure(tasks, settings(), step -> err.println("bench: " + step)));
        }
        if (snapshot != null) {
            all.addAll(Restores.snapshots(snapshot, SNAPSHOTS, settings(), step -> err.println("bench: " + step)));
        }
        return all;
    }

    private Integer tell(List<?> all) throws IOException {
        if (out != null) {
            Files.writeString(
                    out, JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all) + "\n");
        }
        for (Object one : all) {
            spec.commandLine().getOut().println(json ? JSON.writeValueAsString(one) : one.toString());
        }
        return CommandLine.ExitCode.OK;
    }

    private BenchSettings settings() {
        return new BenchSettings(
                presets.stream().map(Variant::parse).toList(),
                inFlight,
                warmUp,
                window,
                turns,
                latencyRuns,
                limitRecords,
                heartbeats,
                partitions,
                threads,
                concurrency,
                batch,
                readers,
                workerJvm,
                streams,
                broker);
    }
}
