package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.retention.Forgetting;
import io.taskgraph.retention.KafkaSteps;
import io.taskgraph.retention.Keeper;
import io.taskgraph.snapshot.IndexedSnapshot;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A snapshot on demand: asked for by a directive, taken from the log at the decision that records it. */
@Command(
        name = "snapshot",
        description = {
            "Take a snapshot of a run: ask for it, which is a recorded decision, fold the run's log up to there, write the"
                    + " state in chunks, read it back and compare.",
            "Exits with 1 if it was refused (the policy has trace_replay off), or if what was read back differs."
        })
final class SnapshotCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the record: it stands in the decision.")
    private String reason;

    @Option(
            names = "--ask-only",
            description =
                    "Leave taking it to `taskgraph retain`, which runs elsewhere: needs no right to write snapshots.")
    private boolean askOnly;

    @Option(names = "--json", description = "One JSON object.")
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
        Cluster cluster = connection.cluster();
        Answer answer;
        Function<Client, Operator> as = signing.operator(actor.name());
        try (Client client = Client.connect(cluster.client(timeout.duration()))) {
            answer = Answers.of(as.apply(client).takeSnapshot(runId, reason));
        }
        if (!answer.accepted()) {
            throw new CommandException("No snapshot of run " + runId + " is taken: " + Answers.refusal(answer));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (askOnly) {
            out.println(
                    json
                            ? JsonLine.of(Map.of("run_id", runId, "sequence", answer.sequence(), "taken", false))
                            : "Asked for at decision " + answer.sequence() + ": `taskgraph retain` takes it.");
            out.flush();
            return 0;
        }
        long begun = System.nanoTime();
        ReplaySource source = Replaying.source(cluster, null);
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        IndexedSnapshot taken;
        try (KafkaSteps steps = new KafkaSteps(source, Optional.empty(), run -> Forgetting.refused("not asked"))) {
            taken = Keeper.snapshot(source, runId, answer.sequence(), steps, Replaying.left(screen, "Folding"));
        }
        screen.clear();
        tell(out, taken, (System.nanoTime() - begun) / 1_000_000);
        return 0;
    }

    private void tell(PrintWriter out, IndexedSnapshot taken, long millis) {
        String digest = HexFormat.of().formatHex(taken.stateDigest());
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("run_id", runId);
            fields.put("sequence", taken.sequence());
            fields.put("taken", true);
            fields.put("taken_at", taken.takenAt().toString());
            fields.put("chunks", taken.keys().size());
            fields.put("entries", taken.entries());
            fields.put("bytes", taken.bytes());
            fields.put("state_digest", digest);
            fields.put("decision_hash", HexFormat.of().formatHex(taken.decisionHash()));
            fields.put("millis", millis);
            out.println(JsonLine.of(fields));
        } else {
            out.println("taken     " + runId + "  at decision " + taken.sequence() + ", "
                    + Counted.of(taken.entries(), "entry") + " in "
                    + Counted.of(taken.keys().size(), "chunk") + ", " + taken.bytes() + " bytes, digest "
                    + digest.substring(0, 12) + ", read back and compared (" + millis + " ms)");
        }
        out.flush();
    }
}
