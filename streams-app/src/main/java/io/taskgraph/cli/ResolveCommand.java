package io.taskgraph.cli;

import io.taskgraph.avro.TaskStatus;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends a task by hand. */
@Command(
        name = "resolve",
        description = {
            "End a task by hand: people have done it, or have given it up. Whoever works on it is stopped.",
            "Needs a policy that has reconcile on. Exits with 1 if it was refused."
        })
final class ResolveCommand implements Callable<Integer> {
    /** How a task can end. */
    enum Ending {
        DONE(TaskStatus.DONE),
        FAILED(TaskStatus.FAILED),
        CANCELLED(TaskStatus.CANCELLED);

        private final TaskStatus status;

        Ending(TaskStatus status) {
            this.status = status;
        }

        /** As it is written on the command line, in whichever case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private Directing directing;

    @Parameters(index = "1", paramLabel = "TASK", description = "The task's id, as `show` lists it.")
    private String taskId;

    @Option(names = "--as", paramLabel = "ENDING", required = true, description = "How: ${COMPLETION-CANDIDATES}.")
    private Ending ending;

    @Option(names = "--result", paramLabel = "TEXT", description = "What came of it, if it is done.")
    private String result;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (result != null && ending != Ending.DONE) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--result is what came of a task that is done: leave it out, and say with --reason why it is "
                            + ending + ".");
        }
        return directing.say(
                "task " + taskId + " is " + ending,
                (operator, runId, reason) -> operator.resolve(runId, taskId, ending.status, result, reason));
    }
}
