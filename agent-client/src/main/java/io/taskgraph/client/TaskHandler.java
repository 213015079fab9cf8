package io.taskgraph.client;

/**
 * Does tasks. One handler serves all of a worker's threads at once, so it must be safe for them.
 *
 * <p><b>Delivery is at least once.</b> A worker that dies, or loses its broker, between the work and the report leaves
 * no trace of the work; the task is then offered again, under a new attempt or as the same command to another worker,
 * and done again. The fence keeps the <em>records</em> single: of all who may have worked on an attempt only the holder
 * of the lease is believed, and whatever is reported under an attempt that is over is refused. It cannot undo what a
 * handler did to the world outside. Make such effects idempotent: {@code run + task} names the work, {@code run + task +
 * attempt} this try of it.
 */
@FunctionalInterface
public interface TaskHandler {
    /**
     * Does one attempt of a task.
     *
     * @param task what is to be done. Once {@link TaskContext#isCancelled()} the thread has been interrupted, and what
     *     is returned or thrown is not reported
     * @return the result, opaque to the control plane, or null for none; its size is capped by the run's policy
     * @throws NonRetryableException if another attempt would fail as well
     * @throws InterruptedException if it was cancelled or the worker stops
     * @throws Exception if the attempt failed and another may succeed. Its message is recorded
     */
    String handle(TaskContext task) throws Exception;
}
