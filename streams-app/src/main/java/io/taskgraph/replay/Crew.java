package io.taskgraph.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Works through parts, several at once, each with a tool that is nobody else's meanwhile. What it gives does not depend on
 * how many work.
 *
 * @param <S> the tool: closed when all is done
 */
final class Crew<S extends AutoCloseable> implements AutoCloseable {
    private final BlockingQueue<S> tools = new LinkedBlockingQueue<>();
    private final ExecutorService threads;

    /**
     * @param name of its threads, which are numbered
     * @param size how many work at once, from 1
     * @param tool makes one for each
     */
    Crew(String name, int size, Supplier<S> tool) {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(size, work -> new Thread(work, name + "-" + number.getAndIncrement()));
        try {
            for (int i = 0; i < size; i++) {
                tools.add(tool.get());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Does the work on each part.
     *
     * @return what each came to, in the order of the parts
     * @throws RuntimeException what was thrown for the first part, in their order, that failed; those after it are given up
     */
    <P, T> List<T> each(List<P> parts, BiFunction<S, P, T> work) {
        List<Future<T>> begun = new ArrayList<>();
        for (P part : parts) {
            begun.add(threads.submit(() -> {
                S tool = tools.take();
                try {
                    return work.apply(tool, part);
                } finally {
                    tools.add(tool);
                }
            }));
        }
        List<T> all = new ArrayList<>();
        try {
            for (Future<T> f : begun) {
                all.add(f.get());
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
        return all;
    }

    private static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    /** Interrupts what is under way. A tool is closed when nobody uses it any more. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        List<Exception> failed = new ArrayList<>();
        for (S tool : tools) {
            try {
                tool.close();
            } catch (Exception e) {
                failed.add(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!failed.isEmpty()) {
            throw thrown(failed.get(0));
        }
    }
}
