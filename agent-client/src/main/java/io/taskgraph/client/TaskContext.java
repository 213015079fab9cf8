package io.taskgraph.client;

import java.util.Optional;

/** One attempt of a task, as its handler sees it. Safe for any thread. */
public interface TaskContext {
    /** The run. */
    String runId();

    /** The task. */
    String taskId();

    /** Which try of the task this is, from 1: the fencing token of its lease. */
    int attempt();

    /** The kind of agent that was asked for. */
    String agentType();

    /** The worker that does it. */
    String workerId();

    /** What is to be done, for people; may be empty. */
    String title();

    /** Input for the agent, opaque to the control plane. */
    Optional<String> payload();

    /** How long the work is expected to take, in milliseconds; 0 if unknown. */
    long expectedMillis();

    /** The task's priority in its run; the smaller is the more urgent. */
    int priority();

    /** Whether the attempt is over: the control plane took the lease back, or the worker is stopping and will wait no longer. Nothing it does now is reported. */
    boolean isCancelled();

    /**
     * Has something done when the attempt is cancelled, once, on a thread of the client's: be quick, and block nowhere.
     * When it is cancelled already, it is done at once on this thread. What it throws is logged and goes no further.
     */
    void onCancel(Runnable action);
}
