package io.taskgraph.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Who a command says it is. Authority comes from the topic that it may write; the name stands in the decision, and tells
 * apart those who may write it: nobody approves what they asked for, and of several approvers each counts once.
 */
final class Actor {
    private static final int MOST = 256;

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "Who says it, as it stands in the decision (default: the user's name).")
    private String actor;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** That of the user whose process this is. */
    static String ofUser() {
        String user = System.getProperty("user.name", "").strip();
        return user.isEmpty() ? "operator" : user.substring(0, Math.min(MOST, user.length()));
    }

    /** The name: 1 to 256 characters. */
    String name() {
        if (actor == null) {
            return ofUser();
        }
        if (actor.isBlank() || actor.length() > MOST) {
            throw new ParameterException(spec.commandLine(), "--actor must be a name of 1 to " + MOST + " characters.");
        }
        return actor.strip();
    }
}
