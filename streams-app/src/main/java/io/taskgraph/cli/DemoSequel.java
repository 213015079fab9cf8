package io.taskgraph.cli;

import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.engine.Run;
import io.taskgraph.graph.Status;
import io.taskgraph.query.EventLog;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
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
import java.util.List;

/**
 * What can be done with a run that is over, a line each.
 *
 * @param decisions how many it has
 */
record DemoSequel(Cluster cluster, String runId, long decisions) {
    private static final Duration DECISION = Duration.ofSeconds(60);
    /** How many tasks of the fork are waited for, and for how long. */
    private static final int SHOWN = 3;

    private static final Duration SHOWN_FOR = Duration.ofSeconds(8);
    private static final Duration POLL = Duration.ofMillis(100);
    /** The demonstration's own preset keeps no history that one could go back to. */
    private static final String POLICY = "full";

    /**
     * A fork that was made.
     *
     * @param done how many of its tasks the agents did
     * @param told the line that tells of it
     */
    record Fork(String runId, int done, String told) {}

    /**
     * Begins a run where this one stood half-way, has some of its tasks done, and cancels it.
     *
     * @param goesOn is called while the agents work on it; may throw
     */
    Fork fork(Runnable goesOn) {
        Point halfWay = Point.ofSequence(Math.max(1, decisions / 2));
        Run past = PastRun.at(Replaying.source(cluster, null), runId, halfWay, Replay.Progress.NONE)
                .run();
        String id = runId + "-at-" + past.sequence();
        try (Client client = Client.connect(cluster.client(DECISION))) {
            String actor = Actor.ofUser();
            Forking.Outcome outcome = new Forking(past, "", id, POLICY, false).send(client.planner(actor), actor);
            if (outcome.refusal() != null) {
                throw new CommandException("The fork " + id + " was refused: " + Answers.refusal(outcome.refusal()));
            }
            int done = done(id, past.graph().count(Status.DONE), goesOn);
            Answer cancelled = Answers.of(client.operator(actor).cancelRun(id, "only shown"));
            if (!cancelled.accepted()) {
                throw new CommandException("The fork " + id + " was not cancelled: " + Answers.refusal(cancelled));
            }
            String told = "forked " + runId + " where it stood after decision " + past.sequence() + ", with "
                    + Counted.of(outcome.tasks().tasks().size(), "task") + ", "
                    + outcome.tasks().unfinished() + " to do; had " + done + " of them done in " + id
                    + ", and cancelled that";
            return new Fork(id, done, told);
        }
    }

    /** How many tasks of the fork the agents have done: so many as are shown, or what they came to in a moment, but one at least. */
    private int done(String fork, int before, Runnable goesOn) {
        long begun = System.nanoTime();
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), List.of(fork))) {
            follower.catchUp();
            int done = 0;
            while (done < SHOWN && System.nanoTime() - begun < (done == 0 ? DECISION : SHOWN_FOR).toNanos()) {
                goesOn.run();
                follower.poll(POLL);
                RunView view = follower.run(fork);
                if (view.exists() && view.state().isWhole()) {
                    done = view.state().graph().count(Status.DONE) - before;
                }
                if (view.isOver()) {
                    break;
                }
            }
            return done;
        }
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
