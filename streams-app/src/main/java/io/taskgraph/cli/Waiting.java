package io.taskgraph.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Says on stderr that a command is waiting, if it does for longer than a person takes for nothing. */
final class Waiting {
    private static final Duration QUIET = Duration.ofSeconds(2);

    private Waiting() {}

    /** What connecting to the cluster yields; said once, after two seconds, is what it waits for. */
    static <T> T toConnect(Cluster cluster, PrintWriter err, Supplier<T> connecting) {
        return during(
                "the broker at " + cluster.bootstrap() + " and the registry at " + cluster.registryUrl()
                        + " have not both answered yet; it is tried for "
                        + Cluster.CONNECT.toSeconds() + " s.",
                QUIET,
                err,
                connecting);
    }

    /** What the action yields. */
    static <T> T during(String what, Duration quiet, PrintWriter err, Supplier<T> action) {
        ScheduledExecutorService saying = Executors.newSingleThreadScheduledExecutor(r -> {
            Thread thread = new Thread(r, "waiting");
            thread.setDaemon(true);
            return thread;
        });
        try {
            saying.schedule(
                    () -> {
                        err.println("taskgraph: waiting: " + what);
                        err.flush();
                    },
                    quiet.toMillis(),
                    TimeUnit.MILLISECONDS);
            return action.get();
        } finally {
            saying.shutdownNow();
        }
    }
}
