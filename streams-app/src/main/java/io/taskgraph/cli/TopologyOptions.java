package io.taskgraph.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the topology runs in this process: for {@code up} and {@code serve}. */
final class TopologyOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "${env:TASKGRAPH_THREADS:-1}",
            description = "Stream threads; more than partitions are idle (env TASKGRAPH_THREADS; default: 1).")
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
