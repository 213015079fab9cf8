package io.taskgraph.cli;

import io.taskgraph.replay.Point;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins a run at any point of another one. */
@Command(
        name = "fork",
        description = {
            "Begin a new run where another one stood: what was done stays done, what was in flight is ready again.",
            "The other run is left alone. The new one says where it comes from, and `show` tells it."
        })
final class ForkCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "The run to go on from.")
    private String runId;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "POINT",
            description =
                    "A decision's number, a time as 2026-01-31T12:00:00Z, end, or a checkpoint: NAME or NAME@VERSION.")
    private String at;

    @Mixin
    private ForkOptions options;

    @Override
    public Integer call() {
        Point point;
        try {
            point = Point.parse(at);
        } catch (IllegalArgumentException e) {
            if (at.matches("[0-9].*")) {
                throw new CommandException(e.getMessage(), e);
            }
            return options.fork(runId, ChosenCheckpoint.Choice.named(at));
        }
        return options.fork(runId, point);
    }
}
