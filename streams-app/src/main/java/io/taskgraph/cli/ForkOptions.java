package io.taskgraph.cli;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.client.Client;
import io.taskgraph.engine.Restoration;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.query.RunSummaries;
import io.taskgraph.query.Source;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common that begin a run where another one stood: mix in with {@code @Mixin}. */
final class ForkOptions {
    private static final int LONGEST_ID = 128;

    @Option(
            names = "--as",
            paramLabel = "NEW",
            description =
                    "Id of the new run (default: RUN-at-SEQUENCE). The same command again goes on with the same run.")
    private String as;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "Pin this policy, NAME or NAME@VERSION (default: the one that the run had, by its name).")
    private String policy;

    @Option(names = "--reopen", description = "Do again what had failed or was cancelled.")
    private boolean reopen;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Actor actor;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Begins a run at a point of another one. */
    int fork(String runId, Point point) {
        Cluster cluster = connection.cluster();
        return send(cluster, folded(cluster, runId, point), "");
    }

    /** Begins a run where a checkpoint of another one was taken. */
    int fork(String runId, ChosenCheckpoint.Choice choice) {
        Cluster cluster = connection.cluster();
        Checkpoint c = chosen(cluster, runId, choice);
        return send(cluster, proved(cluster, c), CheckpointFile.id(c));
    }

    /** The same of a run that does not go on by itself: one that is paused, has failed or is quarantined. */
    int load(String runId, ChosenCheckpoint.Choice choice) {
        Cluster cluster = connection.cluster();
        Checkpoint c = chosen(cluster, runId, choice);
        requireStopped(cluster, runId);
        Run past = proved(cluster, c);
        if (Restoration.of(past, reopen).unfinished() == 0) {
            throw new CommandException("At checkpoint " + CheckpointFile.id(c) + " nothing was left to do in run "
                    + runId + ": take an earlier one, or do again with --reopen what had failed or was cancelled.");
        }
        return send(cluster, past, CheckpointFile.id(c));
    }

    private static Checkpoint chosen(Cluster cluster, String runId, ChosenCheckpoint.Choice choice) {
        try (SchemaRegistry registry = cluster.registry()) {
            return choice.of(cluster.source(registry), runId);
        }
    }

    private static void requireStopped(Cluster cluster, String runId) {
        RunSummary run;
        try (SchemaRegistry registry = cluster.registry()) {
            Source source = cluster.source(registry);
            run = RunSummaries.of(source, runId).orElseThrow(() -> Watch.noSuchRun(runId));
        }
        boolean stopped = run.getPhase() == Phase.AWAIT_USER || run.getPhase() == Phase.FAILED || run.getQuarantined();
        if (!stopped) {
            throw new CommandException("Run " + runId + " is " + run.getPhase()
                    + ", and two runs would do the same work: pause or cancel it first, or take `taskgraph checkpoint fork`,"
                    + " which leaves it alone.");
        }
    }

    private Run folded(Cluster cluster, String runId, Point point) {
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(spec.commandLine().getOut(), terminal);
        PastRun past = PastRun.at(Replaying.source(cluster, null), runId, point, Replaying.progress(screen, "Folding"));
        screen.clear();
        return past.run();
    }

    /** The run as it stood, if that is what the checkpoint says. */
    private Run proved(Cluster cluster, Checkpoint c) {
        Run past = folded(cluster, c.getRunId(), Point.ofSequence(c.getSequence()));
        String digest = HexFormat.of().formatHex(past.stateDigest());
        String hash = HexFormat.of().formatHex(past.lastHash());
        if (!digest.equals(Digests.hex(c.getStateDigest())) || !hash.equals(Digests.hex(c.getDecisionHash()))) {
            throw new CommandException("The checkpoint " + CheckpointFile.id(c) + " does not fit run " + c.getRunId()
                    + ": after decision " + c.getSequence() + " it has state digest "
                    + Digests.hex(c.getStateDigest()) + " and decision hash " + Digests.hex(c.getDecisionHash())
                    + ", and the log gives " + digest + " and " + hash
                    + ". It was changed, or is of another log: take one that `taskgraph checkpoint list` lists.");
        }
        return past;
    }

    private int send(Cluster cluster, Run past, String checkpoint) {
        String id = as == null ? past.runId() + "-at-" + past.sequence() : as;
        if (id.length() > LONGEST_ID) {
            throw new CommandException("The new run's id would have more than " + LONGEST_ID
                    + " characters: give a shorter one with --as.");
        }
        Forking forking = new Forking(past, checkpoint, id, policy, reopen);
        Forking.Outcome outcome;
        try (Client client = Client.connect(cluster.client(timeout.duration()))) {
            String name = actor.name();
            outcome = forking.send(client.planner(name), name);
        }
        tell(past, checkpoint, id, outcome);
        return outcome.refusal() == null ? 0 : 1;
    }

    private void tell(Run past, String checkpoint, String id, Forking.Outcome outcome) {
        PrintWriter out = spec.commandLine().getOut();
        int tasks = outcome.tasks().tasks().size();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("run_id", id);
            fields.put("from", past.runId());
            fields.put("sequence", past.sequence());
            fields.put("state_digest", HexFormat.of().formatHex(past.stateDigest()));
            fields.put("checkpoint", checkpoint);
            fields.put("tasks", tasks);
            fields.put("unfinished", outcome.tasks().unfinished());
            fields.put("pieces", outcome.pieces());
            fields.put("resumed", outcome.resumed());
            fields.putAll(Answers.fields(outcome.refusal() == null ? outcome.last() : outcome.refusal()));
            out.println(JsonLine.of(fields));
        } else if (outcome.refusal() != null) {
            out.println("refused   " + id + "  " + Answers.refusal(outcome.refusal()));
        } else {
            out.println("accepted  " + id + "  from " + past.runId() + " after decision " + past.sequence()
                    + (checkpoint.isEmpty() ? "" : " (" + checkpoint + ")") + "  " + Counted.of(tasks, "task") + ", "
                    + outcome.tasks().unfinished() + " to do"
                    + (outcome.resumed() ? "  (it had been begun before)" : ""));
        }
        out.flush();
        Presets.named(past.policy().name())
                .filter(preset -> policy == null && outcome.refusal() == null && !preset.equals(past.policy()))
                .ifPresent(preset -> spec.commandLine()
                        .getErr()
                        .println("taskgraph: Run " + past.runId() + " had the policy " + preset.name()
                                + " with changes of its operators; " + id + " has it without them."));
    }
}
