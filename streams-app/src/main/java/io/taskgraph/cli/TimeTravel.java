package io.taskgraph.cli;

import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.query.RunView;
import io.taskgraph.replay.PastRun;
import io.taskgraph.replay.Point;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Runs as they stood at a point of their history. */
final class TimeTravel {
    private TimeTravel() {}

    /** The point that an option names. */
    static Point point(CommandSpec spec, String option, String text) {
        try {
            return Point.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    /** What a person wants to know of a run as it stood then. */
    static RunView view(Cluster cluster, String runId, Point point, PrintWriter out, boolean json) {
        RunView view = RunView.of(runId);
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        PastRun.at(
                Replaying.source(cluster, null),
                runId,
                point,
                Replaying.progress(screen, "Folding"),
                view::takeUp,
                view::accept);
        screen.clear();
        view.state().sealUnstored();
        return view;
    }

    /** The engine's state of a run as it stood then. */
    static PastRun state(Cluster cluster, String runId, Point point, PrintWriter out, boolean json) {
        Screen screen = new Screen(out, json ? Terminal.none() : Terminal.ofProcess());
        PastRun past = PastRun.at(Replaying.source(cluster, null), runId, point, Replaying.progress(screen, "Folding"));
        screen.clear();
        return past;
    }
}
