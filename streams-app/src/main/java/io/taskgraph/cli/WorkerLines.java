package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Times;
import io.taskgraph.engine.Degradation;
import io.taskgraph.engine.Worker;
import io.taskgraph.query.RunView;
import java.util.ArrayList;
import java.util.List;

/** What became of a run's workers, as its log concludes it. */
final class WorkerLines {
    private WorkerLines() {}

    static long active(RunView run) {
        return count(run, Worker.State.ACTIVE) + count(run, Worker.State.LEAVING);
    }

    static long lost(RunView run) {
        return count(run, Worker.State.LOST);
    }

    private static long count(RunView run, Worker.State state) {
        return run.state().workers().stream().filter(w -> w.state() == state).count();
    }

    /** How many there are; empty if there never were any. */
    static String of(RunView run) {
        List<String> parts = new ArrayList<>();
        add(parts, active(run), "active");
        add(parts, lost(run), "lost");
        add(parts, count(run, Worker.State.LEFT), "left");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, long number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
    }

    /** That many were lost at once; empty if the run is stable. */
    static String degraded(RunView run, long now) {
        Degradation d = run.state().degradation();
        return d == null
                ? ""
                : d.lost() + " of " + d.workers() + " workers were lost at once " + Times.of(now - d.since())
                        + " ago; less is dispatched until it is stable again";
    }
}
