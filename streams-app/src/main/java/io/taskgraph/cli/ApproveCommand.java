package io.taskgraph.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Approves what waits. */
@Command(
        name = "approve",
        description = {
            "Approve what waits for approval, as `approvals` lists it. A result that is approved makes its task done.",
            "An approval holds for exactly what was asked for. Nobody approves what they asked for themselves; where"
                    + " several approvers are needed, each counts once, by the name that --actor gives.",
            "Exits with 1 if one was refused."
        })
final class ApproveCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RUN/ID", description = "Approvals, as `approvals` lists them.")
    private List<String> approvals;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the record: it stands in the decision.")
    private String reason;

    @Mixin
    private Directives directives;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return directives.say(
                spec,
                ApprovalId.all(spec, approvals).stream()
                        .map(one -> new Directives.Saying(
                                one.toString(),
                                "approved",
                                operator -> operator.approve(one.runId(), one.approvalId(), reason)))
                        .toList());
    }
}
