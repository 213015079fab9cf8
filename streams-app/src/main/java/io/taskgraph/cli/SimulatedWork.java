package io.taskgraph.cli;

import io.taskgraph.client.Action;
import io.taskgraph.client.NonRetryableException;
import io.taskgraph.client.TaskContext;
import io.taskgraph.client.TaskHandler;
import io.taskgraph.eval.Simulation;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Does a task by taking as long as it is expected to take, doing meanwhile what its {@link Simulation} says, and fails some
 * of them. Which ones fail follows from the seed, the task and the attempt alone, so that a graph fails the same way
 * whoever works on it, and when.
 */
final class SimulatedWork implements TaskHandler {
    /**
     * What became of an attempt.
     *
     * @param outcome done, failed or stopped
     * @param millis how long it took, waiting included
     */
    record Done(TaskContext task, String outcome, long millis) {}

    /** Hears what agents do, on the thread that does it. */
    @FunctionalInterface
    interface Listener {
        /** An attempt is over. */
        void ended(Done done);

        /**
         * An action was come to.
         *
         * @param outcome performed, denied, or unasked
         * @param reason what was answered; may be empty
         */
        default void acted(TaskContext task, Action action, String outcome, String reason) {}
    }

    private final double timeScale;
    private final long unknownMillis;
    private final double failRate;
    private final long seed;
    private final Listener listener;

    /**
     * Simulated work.
     *
     * @param timeScale what expected durations are multiplied with
     * @param unknownMillis how long a task takes that does not say, before scaling
     * @param failRate which part of the attempts fails, 0 to 1
     */
    SimulatedWork(double timeScale, long unknownMillis, double failRate, long seed, Listener listener) {
        this.timeScale = timeScale;
        this.unknownMillis = unknownMillis;
        this.failRate = failRate;
        this.seed = seed;
        this.listener = listener;
    }

    @Override
    public String handle(TaskContext task) throws Exception {
        long begun = System.nanoTime();
        String outcome = "failed";
        try {
            String did = attempt(task).run();
            if (fails(task.taskId(), task.attempt())) {
                throw new SimulatedFailure("simulated failure (--fail-rate " + failRate + ")");
            }
            outcome = "done";
            return "simulated in " + millisSince(begun) + " ms" + did;
        } catch (InterruptedException e) {
            outcome = "stopped";
            throw e;
        } finally {
            listener.ended(new Done(task, outcome, millisSince(begun)));
        }
    }

    private SimulatedAttempt attempt(TaskContext task) throws NonRetryableException {
        long expected = task.expectedMillis() > 0 ? task.expectedMillis() : unknownMillis;
        try {
            return new SimulatedAttempt(
                    task,
                    Simulation.of(task.payload().orElse(null)),
                    Math.round(expected * timeScale),
                    Thread::sleep,
                    listener);
        } catch (IllegalArgumentException e) {
            throw new NonRetryableException(e.getMessage(), e);
        }
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
