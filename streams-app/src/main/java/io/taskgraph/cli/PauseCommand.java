package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops dispatching. */
@Command(
        name = "pause",
        description = {"Stop dispatching a run's tasks; what is in flight goes on.", "Exits with 1 if it was refused."})
final class PauseCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Override
    public Integer call() {
        return directing.say("paused", (operator, runId, reason) -> operator.pause(runId, reason));
    }
}
