package io.taskgraph.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Has a run pin another policy. */
@Command(
        name = "use",
        description = {
            "Have a running run pin another policy from here on; the decision log says so.",
            "Exits with 1 if it was refused."
        })
final class PolicyUseCommand implements Callable<Integer> {
    @Mixin
    private Directing directing;

    @Parameters(
            index = "1",
            paramLabel = "POLICY",
            description = "A preset or a published profile, NAME or NAME@VERSION, as `policy list` lists them.")
    private String policy;

    @Override
    public Integer call() {
        return directing.say(
                "uses policy " + policy, (operator, runId, reason) -> operator.changePolicy(runId, policy, reason));
    }
}
