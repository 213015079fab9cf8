package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a run, or one task of it. */
@Command(
        name = "cancel",
        description = {
            "Cancel every live task of a run and so end it, or with --task one task and what depends on it.",
            "Exits with 1 if it was refused."
        })
final class CancelCommand implements Callable<Integer> {
    @Option(names = "--task", paramLabel = "ID", description = "Cancel this task only.")
    private String taskId;

    @Mixin
    private Directing directing;

    @Override
    public Integer call() {
        return taskId == null
                ? directing.say("cancelled", (operator, runId, reason) -> operator.cancelRun(runId, reason))
                : directing.say(
                        "task " + taskId + " cancelled",
                        (operator, runId, reason) -> operator.cancelTask(runId, taskId, reason));
    }
}
