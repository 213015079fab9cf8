package io.taskgraph.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Time as attempts need it, so that tests can have their own. */
interface Timing {
    /** This machine's. */
    Timing REAL = new Timing() {
        /** Threads of our own: what is done later may wait for a broker, which is nothing for the JVM's common pool. */
        private final Executor threads = Executors.newCachedThreadPool(action -> {
            Thread thread = new Thread(action, "taskgraph-later");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void later(Duration delay, Runnable action) {
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, threads)
                    .execute(action);
        }
    };

    /** Time that passed, in nanoseconds: only differences mean something. */
    long nanos();

    /** Has something done after a while, on some other thread. */
    void later(Duration delay, Runnable action);
}
