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

/** Takes an extension out of use for the time being. */
@Command(
        name = "suspend",
        description = {
            "Take an extension out of use until it is enabled again. What is under way with it is stopped.",
            "Exits with 1 if it was refused."
        })
final class ExtSuspendCommand implements Callable<Integer> {
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
                        "suspended",
                        operator -> operator.suspendExtension(extension.getName(), extension.getVersion(), reason))));
    }
}
