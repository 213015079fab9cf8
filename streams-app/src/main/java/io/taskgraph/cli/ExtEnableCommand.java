package io.taskgraph.cli;

import io.taskgraph.client.Operator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says that an extension may be used. */
@Command(
        name = "enable",
        description = {
            "Say that an extension may be used. It is enabled once as many operators have said so as the policy asks.",
            "Exits with 1 if it was refused."
        })
final class ExtEnableCommand implements Callable<Integer> {
    @Mixin
    private ExtensionDirective directive;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return directive.say(spec, "may be used, says this operator", Operator::enableExtension);
    }
}
