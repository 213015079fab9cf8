package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.engine.Run;
import io.taskgraph.query.EventLog;
import io.taskgraph.query.trace.ChromeTrace;
import io.taskgraph.query.trace.RunTrace;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import io.taskgraph.replay.Replay;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What can be done with a run that is over, a line each.
 *
 * @param decisions how many it has
 */
record DemoSequel(Cluster cluster, String runId, long decisions) {
    private static final Duration DECISION = Duration.ofSeconds(60);
    /** The demonstration's own preset keeps no history that one could go back to. */
    private static final String POLICY = "full";

    /** Begins a run where this one stood half-way, and cancels it: nobody is there any more to work on it. */
    String fork() {
        Point halfWay = Point.ofSequence(Math.max(1, decisions / 2));
        Run past = PastRun.at(Replaying.source(cluster, null), runId, halfWay, Replay.Progress.NONE)
                .run();
        String id = runId + "-at-" + past.sequence();
        Forking.Outcome outcome;
        try (Client client = Client.connect(cluster.client(DECISION))) {
            String actor = Actor.ofUser();
            outcome = new Forking(past, "", id, POLICY, false).send(client.planner(actor), actor);
            if (outcome.refusal() != null) {
                throw new CommandException("The fork " + id + " was refused: " + Answers.refusal(outcome.refusal()));
            }
            Answer cancelled = Answers.of(client.operator(actor).cancelRun(id, "only shown"));
            if (!cancelled.accepted()) {
                throw new CommandException("The fork " + id + " was not cancelled: " + Answers.refusal(cancelled));
            }
        }
        return "forked " + runId + " where it stood after decision " + past.sequence() + ", with "
                + Counted.of(outcome.tasks().tasks().size(), "task") + ", "
                + outcome.tasks().unfinished() + " to do; cancelled the fork";
    }

    /**
     * Makes a trace of it, for viewers.
     *
     * @param to the file that it is written to, or null
     */
    String trace(Path to) {
        RunTrace trace = RunTrace.of(runId);
        try (SchemaRegistry registry = cluster.registry();
                EventLog log = EventLog.of(cluster.source(registry), runId)) {
            log.toEnd(trace::accept);
        }
        String made = runId + " as a trace: " + Counted.of(trace.spans().size(), "span");
        if (to == null) {
            return made + "; --trace FILE keeps them, for ui.perfetto.dev";
        }
        try (BufferedWriter writer = Files.newBufferedWriter(to)) {
            ChromeTrace.write(trace, writer);
        } catch (IOException e) {
            throw new CommandException("The trace cannot be written to " + to + " (" + e + ").", e);
        }
        return made + " in " + to + ", for ui.perfetto.dev";
    }
}
