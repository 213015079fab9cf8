package io.taskgraph.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** Tries again while a cluster or a registry is not there yet, and says so, once for each new reason. */
final class Patience {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final long SLICE_MILLIS = 200;

    private final Duration limit;
    private final PrintWriter err;
    private final StopSignal signal;
    private String lastSaid = "";

    /**
     * @param limit how long to go on trying in all; the last failure is thrown then
     * @param err where the reasons for waiting are said
     * @param signal what ends the waiting early
     */
    Patience(Duration limit, PrintWriter err, StopSignal signal) {
        this.limit = limit;
        this.err = err;
        this.signal = signal;
    }

    /** What the action yields at last; every other error than a passing one ends it at once. */
    <T> T until(Supplier<T> action) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return attempt(action);
            } catch (RetriableException notNow) {
                if (System.nanoTime() + PAUSE.toNanos() > deadline) {
                    throw notNow;
                }
                say(notNow);
                if (signal.awaitUntil(PAUSE.toMillis())) {
                    throw stopped(notNow);
                }
            }
        }
    }

    /** In a thread of its own, which is left to itself when the command is asked to stop: an attempt may take many seconds. */
    private <T> T attempt(Supplier<T> action) {
        FutureTask<T> task = new FutureTask<>(action::get);
        Thread thread = new Thread(task, "attempt");
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                return task.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (signal.asked()) {
                    task.cancel(true);
                    throw stopped(e);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                task.cancel(true);
                throw new InterruptException(e);
            }
        }
    }

    private static CommandException stopped(Exception cause) {
        return new CommandException("Stopped while waiting.", cause);
    }

    private void say(Exception reason) {
        String text = Errors.explain(reason, true);
        if (!text.equals(lastSaid)) {
            lastSaid = text;
            err.println("taskgraph: waiting. " + text);
            err.flush();
        }
    }
}
