package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a quarantine. */
@Command(
        name = "release",
        description = {"Release a run from quarantine, after its cause is mended.", "Exits with 1 if it was refused."})
final class ReleaseCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Override
    public Integer call() {
        return directing.say("released", (operator, runId, reason) -> operator.release(runId, reason));
    }
}
