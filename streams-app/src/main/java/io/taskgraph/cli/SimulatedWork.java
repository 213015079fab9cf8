package io.taskgraph.cli;

import io.taskgraph.client.TaskContext;
import io.taskgraph.client.TaskHandler;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Does a task by sleeping as long as it is expected to take, and fails some of them. Which ones fail follows from the
 * seed, the task and the attempt alone, so that a graph fails the same way whoever works on it, and when.
 */
final class SimulatedWork implements TaskHandler {
    /**
     * What became of an attempt.
     *
     * @param outcome done, failed or stopped
     * @param millis how long it took
     */
    record Done(TaskContext task, String outcome, long millis) {}

    private final double timeScale;
    private final long unknownMillis;
    private final double failRate;
    private final long seed;
    private final Consumer<Done> listener;

    /**
     * Simulated work.
     *
     * @param timeScale what expected durations are multiplied with
     * @param unknownMillis how long a task takes that does not say, before scaling
     * @param failRate which part of the attempts fails, 0 to 1
     * @param listener hears of each attempt, on the thread that worked on it
     */
    SimulatedWork(double timeScale, long unknownMillis, double failRate, long seed, Consumer<Done> listener) {
        this.timeScale = timeScale;
        this.unknownMillis = unknownMillis;
        this.failRate = failRate;
        this.seed = seed;
        this.listener = listener;
    }

    @Override
    public String handle(TaskContext task) throws Exception {
        long begun = System.nanoTime();
        long expected = task.expectedMillis() > 0 ? task.expectedMillis() : unknownMillis;
        try {
            Thread.sleep(Math.round(expected * timeScale));
        } catch (InterruptedException e) {
            listener.accept(new Done(task, "stopped", millisSince(begun)));
            throw e;
        }
        boolean fails = fails(task.taskId(), task.attempt());
        listener.accept(new Done(task, fails ? "failed" : "done", millisSince(begun)));
        if (fails) {
            throw new SimulatedFailure("simulated failure (--fail-rate " + failRate + ")");
        }
        return "simulated in " + millisSince(begun) + " ms";
    }

    /** Whether this attempt fails: the same whenever it is asked. */
    boolean fails(String taskId, int attempt) {
        if (failRate <= 0) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update((seed + "\u0000" + taskId + "\u0000" + attempt).getBytes(StandardCharsets.UTF_8));
        return crc.getValue() < failRate * (1L << 32);
    }

    private static long millisSince(long begun) {
        return (System.nanoTime() - begun) / 1_000_000;
    }

    /** A failure on purpose. */
    static final class SimulatedFailure extends Exception {
        private static final long serialVersionUID = 1L;

        SimulatedFailure(String message) {
            super(message);
        }
    }
}
