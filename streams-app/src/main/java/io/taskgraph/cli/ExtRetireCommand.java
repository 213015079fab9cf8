package io.taskgraph.cli;

import io.taskgraph.client.Operator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes an extension out of use for good. */
@Command(
        name = "retire",
        description = {
            "Take an extension out of use for good. What is under way with it is stopped.",
            "Exits with 1 if it was refused."
        })
final class ExtRetireCommand implements Callable<Integer> {
    @Mixin
    private ExtensionDirective directive;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return directive.say(spec, "retired", Operator::retireExtension);
    }
}
