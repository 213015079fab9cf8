package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Times;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Planner;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateSet;
import io.taskgraph.gates.Window;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demonstration on a cluster: agents, runs, a death, a revocation, a replay. */
final class Demo {
    private static final int WORKERS = 4;
    private static final int CONCURRENCY = 2;
    /** Tasks that one agent process does at once. */
    static final int SLOTS = WORKERS * CONCURRENCY;

    private static final long READY_MILLIS = 120_000;
    private static final long LIMIT_MILLIS = 300_000;
    private static final long LOOK_MILLIS = 100;
    private static final long STOP_SECONDS = 5;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration DECISION = Duration.ofSeconds(60);

    private final DemoBoard board;
    private final Cluster cluster;
    private final List<DemoGraph> graphs;
    private final int processes;
    private final StopSignal signal;
    private CompletableFuture<DemoExtensions> preparing;
    private DemoExtensions extensions;
    private Path trace;

    Demo(DemoBoard board, Cluster cluster, List<DemoGraph> graphs, int processes, StopSignal signal) {
        this.board = board;
        this.cluster = cluster;
        this.graphs = graphs;
        this.processes = processes;
        this.signal = signal;
    }

    /** Has the first run's trace written to that file; null: not. */
    Demo tracingTo(Path file) {
        trace = file;
        return this;
    }

    /** With a control plane that runs elsewhere. */
    DemoOutcome run() {
        return run(null);
    }

    /**
     * Returns when all is over and everything that this started has ended.
     *
     * @param topology the control plane that decides, to be waited for; null if it runs elsewhere
     * @throws CommandException if it was asked to stop
     */
    DemoOutcome run(Topology topology) {
        Path directory = null;
        List<AgentProcess> agents = new ArrayList<>();
        try {
            directory = Files.createTempDirectory("taskgraph-demo-");
            startAgents(agents, topology != null, directory);
            if (topology != null) {
                // On somebody else's cluster the registry of extensions is theirs.
                prepareExtensions(directory);
            }
            awaitReady(topology);
            awaitReady(agents);
            awaitExtensions();
            return work(agents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            stop(agents);
            stopExtensions();
            remove(directory);
        }
    }

    /** Beside what else is starting. */
    private void prepareExtensions(Path directory) {
        preparing = CompletableFuture.supplyAsync(() -> {
            try {
                return DemoExtensions.prepare(board, cluster, directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void awaitExtensions() {
        if (preparing != null) {
            board.waiting("having a signed toolpack enabled");
            try {
                extensions = preparing.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    private void startAgents(List<AgentProcess> agents, boolean alone, Path directory) throws IOException {
        Path properties = cluster.properties().isEmpty() ? null : clientProperties(directory);
        // Worker ids must be unique on a cluster that others use as well.
        String prefix = alone ? "agents-" : "agents-" + ProcessHandle.current().pid() + "-";
        for (int i = 0; i < processes; i++) {
            agents.add(AgentProcess.start(
                    prefix + (char) ('a' + i), cluster, properties, WORKERS, CONCURRENCY, directory));
        }
    }

    /** What a client needs beside the addresses, in a file that only this user can read. */
    private Path clientProperties(Path directory) throws IOException {
        Path file = directory.resolve("client.properties");
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Properties properties = new Properties();
        properties.putAll(cluster.properties());
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file;
    }

    private void awaitReady(Topology topology) {
        board.waiting("starting the control plane and " + processes + " agent processes");
        if (topology != null) {
            Ready.await(topology, signal);
            board.done("a control plane on Kafka Streams, exactly once");
        }
    }

    private void awaitReady(List<AgentProcess> agents) {
        for (AgentProcess agent : agents) {
            while (!agent.awaitReady(LOOK_MILLIS)) {
                requireGoingOn(agents);
                board.waiting("starting " + processes + " agent processes");
                if (board.millis() > READY_MILLIS) {
                    throw new CommandException("The agent process " + agent.name() + " was not ready within "
                            + READY_MILLIS / 1000 + " s; see that this machine is not too busy.");
                }
            }
        }
        board.done(processes + " agent processes, " + WORKERS + " workers each, " + CONCURRENCY
                + " tasks at once a worker");
    }

    private void requireGoingOn(List<AgentProcess> agents) {
        if (signal.asked()) {
            throw new CommandException("Stopped.");
        }
        agents.forEach(AgentProcess::requireAlive);
    }

    private DemoOutcome work(List<AgentProcess> agents) {
        long begun = System.nanoTime();
        List<DemoGraph> all = new ArrayList<>(graphs);
        if (extensions != null) {
            all.add(extensions.graph());
        }
        List<String> runIds = submit(all);
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), runIds)) {
            List<DemoRun> runs = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                runs.add(new DemoRun(all.get(i), follower.run(runIds.get(i))));
            }
            Sabotage sabotage = new Sabotage(agents, runs.subList(0, graphs.size()), board::alarm);
            follow(follower, runs, agents, sabotage);
            long worked = (System.nanoTime() - begun) / 1_000_000;
            board.done("all runs are over, after " + Times.of(worked));
            RunView first = runs.get(0).view();
            DemoSequel sequel = new DemoSequel(cluster, first.runId(), first.decisions());
            board.waiting("forking " + first.runId());
            DemoSequel.Fork fork = sequel.fork(() -> requireGoingOn(agents));
            board.done(fork.told());
            board.waiting("stopping the agents");
            stop(agents);
            stopExtensions();
            // Reports that came after the runs' end are decided, too.
            follower.catchUp();
            board.done(sequel.trace(trace));
            return judge(runs, worked, sabotage.allRetried(), fork);
        }
    }

    private List<String> submit(List<DemoGraph> all) {
        List<String> runIds = new ArrayList<>();
        try (Client client = Client.connect(cluster.client(DECISION))) {
            Planner planner = client.planner(Actor.ofUser());
            for (DemoGraph graph : all) {
                Submission submission = Submission.of(graph.file(), graph.specification(), null, null);
                submission.send(planner, Actor.ofUser(), (seq, answer) -> requireAccepted(graph, answer));
                runIds.add(submission.runId());
                board.done("submitted " + submission.runId() + ": "
                        + Counted.of(graph.specification().tasks().size(), "task") + ", "
                        + Times.of(graph.workMillis()) + " of work" + compression(graph));
            }
        }
        return runIds;
    }

    private static String compression(DemoGraph graph) {
        return graph.compression() < 1.5 ? "" : String.format(Locale.ROOT, ", %.0f times as fast", graph.compression());
    }

    private static void requireAccepted(DemoGraph graph, Answer answer) {
        if (!answer.accepted()) {
            throw new CommandException(graph.file() + " was refused: " + Answers.refusal(answer));
        }
    }

    private void follow(RunFollower follower, List<DemoRun> runs, List<AgentProcess> agents, Sabotage sabotage) {
        long limit = board.millis() + LIMIT_MILLIS;
        while (!runs.stream().allMatch(run -> run.view().isOver())) {
            follower.poll(POLL);
            requireGoingOn(agents);
            sabotage.proceed();
            if (extensions != null) {
                extensions.proceed(runs.get(runs.size() - 1).view());
            }
            board.show(runs, agents);
            if (board.millis() > limit) {
                throw new CommandException("The runs were not over within " + LIMIT_MILLIS / 1000
                        + " s; see that a control plane is running, and that this machine is not too busy.");
            }
        }
        board.last(runs);
    }

    private DemoOutcome judge(List<DemoRun> runs, long worked, boolean retried, DemoSequel.Fork fork) {
        board.handOver();
        long begun = System.nanoTime();
        ReplayReport replay = Replaying.strictly(cluster, null, null, board.screen());
        long millis = (System.nanoTime() - begun) / 1_000_000;
        GateReport gates = gates(runs);
        DemoOutcome outcome =
                new DemoOutcome(runs, worked, board.millis(), replay, retried, extensions != null, fork, gates);
        board.tell(Replaying.verdict(replay, board.screen().terminal(), millis));
        board.tell(GateLines.of(gates, board.screen().terminal()));
        board.tell(outcome.lines(board.screen().terminal()));
        return outcome;
    }

    /** What the demonstration's own runs have shown. */
    private GateReport gates(List<DemoRun> runs) {
        Set<String> ids = runs.stream().map(run -> run.view().runId()).collect(Collectors.toSet());
        return GatesCommand.report(
                GateSet.named("demo").orElseThrow(), Replaying.source(cluster, null), new Window(ids, null));
    }

    private void stopExtensions() {
        if (preparing == null) {
            return;
        }
        try {
            // Also if something else came between.
            preparing.get(STOP_SECONDS, TimeUnit.SECONDS).close();
        } catch (ExecutionException | TimeoutException e) {
            // Nothing of it is there to be stopped, or the broker that it waits for is about to go.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All at the same time. */
    private static void stop(List<AgentProcess> agents) {
        agents.forEach(AgentProcess::askToStop);
        agents.forEach(AgentProcess::close);
    }

    private static void remove(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
