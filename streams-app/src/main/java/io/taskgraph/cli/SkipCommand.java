package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on without a task. */
@Command(
        name = "skip",
        description = {
            "Go on as if a task were done, also one that has failed or was cancelled. Whoever works on it is stopped.",
            "Needs a policy that has reconcile on. Exits with 1 if it was refused."
        })
final class SkipCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Parameters(index = "1", paramLabel = "TASK", description = "The task's id, as `show` lists it.")
    private String taskId;

    @Override
    public Integer call() {
        return directing.say(
                "task " + taskId + " skipped", (operator, runId, reason) -> operator.skip(runId, taskId, reason));
    }
}
