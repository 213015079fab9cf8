package io.taskgraph.cli;

import io.taskgraph.app.AppConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the topology runs in this process: for {@code up} and {@code serve}. */
final class TopologyOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "${env:TASKGRAPH_THREADS:-" + AppConfig.THREADS + "}",
            description = "Stream threads; more than partitions are idle (env TASKGRAPH_THREADS; default: "
                    + AppConfig.THREADS + ").")
    private int threads;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** 1 or more. */
    int threads() {
        if (threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1 or more, not " + threads + ".");
        }
        return threads;
    }
}
