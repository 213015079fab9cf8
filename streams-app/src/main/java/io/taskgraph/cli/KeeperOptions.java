package io.taskgraph.cli;

import io.taskgraph.client.Client;
import io.taskgraph.client.Operator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the history is kept beside a control plane in this process: for {@code up} and {@code serve}. */
final class KeeperOptions {
    private static final String OFF = "off";
    private static final String ACTOR = "keeper";

    @Option(
            names = "--keep",
            paramLabel = "TIME|off",
            defaultValue = "${env:TASKGRAPH_KEEP:-1m}",
            description = "Keep the history as the runs' policies say (snapshots, retention): a pass, so long after the"
                    + " last, by the instance that works on partition 0; off: leave it to `taskgraph retain` (env"
                    + " TASKGRAPH_KEEP; default: 1m).")
    private String keep;

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            defaultValue = "${env:TASKGRAPH_ARCHIVE}",
            description = "Put what is cut off there first, as `retain --archive` does (env TASKGRAPH_ARCHIVE; default:"
                    + " nowhere).")
    private Path archive;

    @Option(
            names = "--keeper-key",
            paramLabel = "FILE",
            defaultValue = "${env:TASKGRAPH_KEEPER_KEY}",
            description = "Sign with this private key what the keeper says, which is to forget runs: policies that name"
                    + " operators must name one called keeper with it (env TASKGRAPH_KEEPER_KEY; default: it is not"
                    + " signed).")
    private Path key;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** How long after a pass the next one is; empty: nobody keeps the history here. */
    Optional<Duration> pause() {
        if (keep.equals(OFF)) {
            return Optional.empty();
        }
        return Optional.of(Spans.parse(keep)
                .filter(span -> !span.isZero())
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--keep takes a time such as 30s, 10m or 1h, or off, not '" + keep + "'.")));
    }

    /** Looks at all of them, before anything is started. Errors as of {@link #pause} and {@link #operator}. */
    void check() {
        pause();
        operator();
    }

    /**
     * Makes of a connection the operator that the keeper is.
     *
     * @throws CommandException if the key cannot be used, or others than its owner may read it
     */
    Function<Client, Operator> operator() {
        return Signing.operator(key, ACTOR);
    }

    /** Where history goes that is cut off; null: nowhere. */
    Path archive() {
        return archive;
    }
}
