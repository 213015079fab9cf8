package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a task tried again. */
@Command(
        name = "retry",
        description = {
            "Try a task again that has failed, was cancelled or is set aside; with --onwards also what ended because of it.",
            "Needs a policy that has reconcile on. Exits with 1 if it was refused."
        })
final class RetryCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Parameters(index = "1", paramLabel = "TASK", description = "The task's id, as `show` lists it.")
    private String taskId;

    @Option(names = "--onwards", description = "Open again, too, what failed or was cancelled because of it.")
    private boolean onwards;

    @Override
    public Integer call() {
        return directing.say(
                "task " + taskId + " is tried again" + (onwards ? ", and what ended because of it" : ""),
                (operator, runId, reason) -> operator.retry(runId, taskId, onwards, reason));
    }
}
