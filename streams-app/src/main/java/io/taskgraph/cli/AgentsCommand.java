package io.taskgraph.cli;

import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.Worker;
import io.taskgraph.client.WorkerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulated agents as a process of its own. */
@Command(
        name = "agents",
        description = {
            "Run simulated agents until Ctrl-C: workers that take tasks, sleep as long as each is expected to take, and"
                    + " report.",
            "A task's `simulate` makes them ask before they act, use up tokens and money, or misbehave.",
            "They use the real client: leases, heartbeats, fencing. Stopped by Ctrl-C or SIGTERM they give back what"
                    + " they have not finished; killed, they are missed by the control plane, which retries their tasks."
        })
final class AgentsCommand implements Callable<Integer> {
    private static final int STARTING_AT_ONCE = 4;
    private static final long WAIT_MILLIS = 200;
    /** Beyond the grace period: for giving back what is not finished, if there still is a broker. */
    private static final long STOP_MILLIS = 6_000;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many workers (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "1",
            description = "Tasks that each worker does at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(
            names = "--agent-type",
            paramLabel = "TYPE",
            defaultValue = "default",
            description = "The kind of agent they are: they get the tasks that ask for it (default: ${DEFAULT-VALUE}).")
    private String agentType;

    @Option(
            names = "--time-scale",
            paramLabel = "X",
            defaultValue = "1.0",
            description = "Multiplies how long tasks take: 0.1 is ten times as fast (default: ${DEFAULT-VALUE}).")
    private double timeScale;

    @Option(
            names = "--unknown",
            paramLabel = "SECONDS",
            defaultValue = "0.5",
            description = "How long a task takes that does not say (default: ${DEFAULT-VALUE}).")
    private double unknownSeconds;

    @Option(
            names = "--fail-rate",
            paramLabel = "P",
            defaultValue = "0",
            description = "Which part of the attempts fails, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double failRate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides, with task and attempt, which attempts fail (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Workers are NAME-1, NAME-2, …; no two living workers may have the same name"
                    + " (default: host-pid).")
    private String name;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "How long running tasks may go on after a stop is asked for (default: ${DEFAULT-VALUE}).")
    private double graceSeconds;

    @Option(
            names = "--toolpack",
            paramLabel = "FILE",
            description = "An extension that they have loaded, as `ext sign` wrote it; may be repeated.")
    private List<Path> toolpacks = List.of();

    @Option(
            names = "--tampered",
            description = "The tools that they serve are not those that were signed: they get no task that needs them.")
    private boolean tampered;

    @Option(names = "--verbose", description = "A line for each task and each action.")
    private boolean verbose;

    @Option(
            names = "--json",
            description = "One JSON object a line: ready, with --verbose each task and action, stopped.")
    private boolean json;

    @Option(
            names = "--stop-with-stdin",
            description = "Stop when standard input ends: for a process that starts agents and may die.")
    private boolean stopWithStdin;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    private AgentLines lines;

    @Override
    public Integer call() {
        requireRange("--count", count, 1, 1_000);
        requireRange("--concurrency", concurrency, 1, 10_000);
        requireRange("--time-scale", timeScale, 0, 1_000_000);
        requireRange("--unknown", unknownSeconds, 0, 86_400);
        requireRange("--fail-rate", failRate, 0, 1);
        requireRange("--grace", graceSeconds, 0, 86_400);
        lines = new AgentLines(spec.commandLine().getOut(), json, verbose);
        List<LoadedToolpack> loaded =
                toolpacks.stream().map(f -> LoadedToolpack.of(f, tampered)).toList();
        Cluster cluster = connection.cluster();
        StopSignal signal = StopSignal.install();
        List<Worker> workers = new ArrayList<>();
        try {
            workers.addAll(Waiting.toConnect(cluster, spec.commandLine().getErr(), () -> start(cluster, loaded)));
            lines.ready(workers, agentType, concurrency);
            AtomicBoolean parentGone = new AtomicBoolean();
            if (stopWithStdin) {
                watchStdin(parentGone);
            }
            boolean stop = false;
            while (!stop) {
                stop = signal.awaitUntil(WAIT_MILLIS) || parentGone.get();
            }
        } catch (RuntimeException e) {
            signal.ended();
            throw e;
        } finally {
            stop(workers);
        }
        lines.stopped(workers);
        signal.closed();
        return 0;
    }

    private void requireRange(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " must be " + plain(least) + " to " + plain(most) + ", not " + plain(value) + ".");
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private List<Worker> start(Cluster cluster, List<LoadedToolpack> loaded) {
        ClientConfig config = cluster.client(Duration.ofSeconds(30));
        SimulatedWork work = new SimulatedWork(timeScale, Math.round(unknownSeconds * 1000), failRate, seed, lines);
        String prefix =
                name == null ? hostName() + "-" + ProcessHandle.current().pid() : name;
        ExecutorService starters = Executors.newFixedThreadPool(Math.min(count, STARTING_AT_ONCE));
        List<CompletableFuture<Worker>> starting = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String workerId = prefix + "-" + i;
            starting.add(CompletableFuture.supplyAsync(
                    () -> {
                        WorkerBuilder worker = Worker.builder(config)
                                .workerId(workerId)
                                .agentType(agentType)
                                .concurrency(concurrency)
                                .grace(Duration.ofMillis(graceMillis()))
                                .handler(work);
                        loaded.forEach(l -> worker.loaded(l.name(), l.version(), l.tools()));
                        return worker.start();
                    },
                    starters));
        }
        List<Worker> started = new ArrayList<>();
        RuntimeException problem = null;
        for (CompletableFuture<Worker> one : starting) {
            try {
                started.add(one.join());
            } catch (CompletionException e) {
                problem = e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        starters.shutdown();
        if (problem != null) {
            stop(started);
            throw problem;
        }
        return started;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "agent";
        }
    }

    private long graceMillis() {
        return Math.round(graceSeconds * 1000);
    }

    /** All at the same time, so that the grace period is waited for once; without a broker no longer than need be. */
    private void stop(List<Worker> workers) {
        List<Thread> closing = new ArrayList<>();
        for (Worker worker : workers) {
            Thread thread = new Thread(worker::close, "stop-" + worker.workerId());
            thread.setDaemon(true);
            thread.start();
            closing.add(thread);
        }
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis() + STOP_MILLIS);
            for (Thread thread : closing) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void watchStdin(AtomicBoolean ended) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Only the end matters.
                        }
                    } catch (IOException e) {
                        // The same as its end.
                    }
                    ended.set(true);
                },
                "stdin");
        thread.setDaemon(true);
        thread.start();
    }
}
