package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRef;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says that an extension may be used. */
@Command(
        name = "enable",
        description = {
            "Say that an extension may be used. It is enabled once as many operators have said so as the policy asks.",
            "Exits with 1 if it was refused."
        })
final class ExtEnableCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME@VERSION",
            converter = ExtensionId.class,
            description = "Which, as `ext list` names it.")
    private ExtensionRef extension;

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
                List.of(new Directives.Saying(
                        ExtensionId.text(extension),
                        "may be used, says this operator",
                        operator -> operator.enableExtension(extension.getName(), extension.getVersion(), reason))));
    }
}
