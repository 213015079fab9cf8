package io.taskgraph.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a command waits for the decision on what it asked for. */
final class DecisionTimeout {
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for a decision (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** A second or more. */
    Duration duration() {
        if (seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout must be 1 or more, not " + seconds + ".");
        }
        return Duration.ofSeconds(seconds);
    }
}
