package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Operator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands have in common that move a registered version of an extension on: which, and why. */
final class ExtensionDirective {
    /** What an operator says of a version. */
    @FunctionalInterface
    interface Saying {
        CompletableFuture<Answer> of(Operator operator, String name, String version, String reason);
    }

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

    /**
     * Says it and tells what was decided.
     *
     * @param what past tense, for people: {@code suspended}
     * @return the exit code: 1 if it was refused
     */
    int say(CommandSpec command, String what, Saying saying) {
        return directives.say(
                command,
                List.of(new Directives.Saying(
                        ExtensionId.text(extension),
                        what,
                        operator -> saying.of(operator, extension.getName(), extension.getVersion(), reason))));
    }
}
