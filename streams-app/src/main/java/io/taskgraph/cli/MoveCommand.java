package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a task to others. */
@Command(
        name = "move",
        description = {
            "Give a task to another kind of agent. Whoever works on it is stopped; one that has failed, was cancelled or is"
                    + " set aside is tried again by the others.",
            "Needs a policy that has reconcile on. Exits with 1 if it was refused."
        })
final class MoveCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Parameters(index = "1", paramLabel = "TASK", description = "The task's id, as `show` lists it.")
    private String taskId;

    @Option(names = "--agent-type", paramLabel = "TYPE", required = true, description = "The kind of agent.")
    private String agentType;

    @Override
    public Integer call() {
        return directing.say(
                "task " + taskId + " is for agents of type " + agentType,
                (operator, runId, reason) -> operator.move(runId, taskId, agentType, reason));
    }
}
