package io.taskgraph.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM, for commands that run until they are stopped: the command's closing actions run in a shutdown hook,
 * with a limit, and a clean end is exit code 0.
 */
final class StopSignal {
    /** Longer than any clean end takes; a second Ctrl-C should not be needed, nor a SIGKILL. */
    private static final long LIMIT_SECONDS = 20;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean cleanly;

    private StopSignal() {}

    /** From now on a signal makes {@link #awaitUntil} return true, and waits for {@link #closed()}. */
    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
        return signal;
    }

    /** Whether the end was asked for within this time. */
    boolean awaitUntil(long millis) {
        try {
            return asked.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    boolean asked() {
        return asked.getCount() == 0;
    }

    /** The command has closed what it had open, because it was asked to: the process ends with exit code 0. */
    void closed() {
        cleanly = true;
        closed.countDown();
    }

    /** The command ends by itself with its own exit code; nothing is to be waited for. */
    void ended() {
        closed.countDown();
    }

    private void stop() {
        asked.countDown();
        try {
            boolean inTime = closed.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (cleanly) {
                System.out.flush();
                Runtime.getRuntime().halt(0);
            } else if (!inTime) {
                System.err.println("taskgraph: could not stop within " + LIMIT_SECONDS + " s; ending now.");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
