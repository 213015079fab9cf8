package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes dispatching up again. */
@Command(
        name = "resume",
        description = {"Take up dispatching a paused run's tasks again.", "Exits with 1 if it was refused."})
final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Override
    public Integer call() {
        return directing.say("resumed", (operator, runId, reason) -> operator.resume(runId, reason));
    }
}
