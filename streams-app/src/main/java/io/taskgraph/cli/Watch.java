package io.taskgraph.cli;

import io.taskgraph.avro.Phase;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.graph.Status;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Shows runs until they are over: redrawn in place on a terminal, otherwise a line where something changed. */
final class Watch {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(150);
    /** Without a terminal a busy run would be a flood of lines. */
    private static final long LINE = TimeUnit.SECONDS.toNanos(1);

    private final RunFollower follower;
    private final Screen screen;
    private final boolean json;
    private final Map<String, String> said = new HashMap<>();

    private Watch(RunFollower follower, Screen screen, boolean json) {
        this.follower = follower;
        this.screen = screen;
        this.json = json;
    }

    /**
     * Returns when all of them are over.
     *
     * @param json lines are JSON objects
     * @return whether all of them completed, without a failed task
     * @throws CommandException if there is no such run
     */
    static boolean untilOver(Cluster cluster, List<String> runIds, Screen screen, boolean json) {
        try (SchemaRegistry registry = cluster.registry();
                RunFollower follower = RunFollower.of(cluster.source(registry), runIds)) {
            follower.catchUp();
            follower.runs().forEach(Watch::requireExists);
            return new Watch(follower, screen, json).run();
        }
    }

    static void requireExists(RunView run) {
        if (!run.exists()) {
            throw noSuchRun(run.runId());
        }
    }

    static CommandException noSuchRun(String runId) {
        return new CommandException("There is no run " + runId + ": `taskgraph runs` lists those there are.");
    }

    private boolean run() {
        boolean inPlace = screen.terminal().isLive();
        long next = System.nanoTime();
        while (!over()) {
            if (System.nanoTime() - next >= 0) {
                show();
                next = System.nanoTime() + (inPlace ? REDRAW : LINE);
            }
            follower.poll(POLL);
        }
        show();
        screen.keep();
        return follower.runs().stream().allMatch(Watch::wentWell);
    }

    private boolean over() {
        return follower.runs().stream().allMatch(RunView::isOver);
    }

    private static boolean wentWell(RunView run) {
        return run.state().phase() == Phase.COMPLETED && run.count(Status.FAILED) == 0;
    }

    private void show() {
        if (screen.terminal().isLive()) {
            screen.draw(panels());
            return;
        }
        for (RunView run : follower.runs()) {
            String line = json ? JsonLine.of(RunJson.summary(run)) : RunPanel.line(run);
            if (!line.equals(said.put(run.runId(), line))) {
                screen.say(line);
            }
        }
    }

    private List<String> panels() {
        Terminal terminal = screen.terminal();
        List<RunView> runs = follower.runs();
        int name = runs.stream().mapToInt(run -> run.runId().length()).max().orElse(0);
        int width = Math.min(name, Math.max(16, terminal.columns() / 3));
        // A title line, a line of counts and a heading for each run; what is left of the screen is for tasks.
        int tasks = Math.max(2, (terminal.rows() - 2) / runs.size() - 5);
        long now = System.currentTimeMillis();
        List<String> lines = new ArrayList<>();
        for (RunView run : runs) {
            lines.add(RunPanel.bar(terminal, run, width));
            lines.add("  " + terminal.dim(RunPanel.counts(run)));
            String degraded = WorkerLines.degraded(run, now);
            if (!degraded.isEmpty()) {
                lines.add("  " + terminal.bad(degraded));
            }
            Standstill.of(run).forEach(why -> lines.add("  " + terminal.busy(why)));
            RunPanel.inFlight(terminal, run, now, tasks).forEach(line -> lines.add("  " + line));
        }
        return lines;
    }
}
