package io.taskgraph.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Denies what waits. */
@Command(
        name = "deny",
        description = {
            "Deny what waits for approval, as `approvals` lists it; one denial is enough. A result that is denied"
                    + " is sent back: its task is done again, with the reason at hand.",
            "Exits with 1 if one was refused."
        })
final class DenyCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RUN/ID", description = "Approvals, as `approvals` lists them.")
    private List<String> approvals;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why: it stands in the decision, and whoever asked is told.")
    private String reason;

    @Mixin
    private Directives directives;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "--reason must say why: whoever asked is told, and may do better.");
        }
        return directives.say(
                spec,
                ApprovalId.all(spec, approvals).stream()
                        .map(one -> new Directives.Saying(
                                one.toString(),
                                "denied",
                                operator -> operator.deny(one.runId(), one.approvalId(), reason)))
                        .toList());
    }
}
