package io.taskgraph.client;

import io.taskgraph.avro.Budget;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.Risk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt of a task, as its handler sees it. Safe for any thread.
 *
 * <p><b>An agent asks before it acts.</b> What it does to the world it asks for first ({@link #ask}, {@link #perform}), and
 * tells when it has done it. The run's policy answers at once, or people do, which takes as long as they take. An action
 * that is told of without an allow for exactly its arguments is a bypass: it is recorded, and the attempt is cancelled.
 */
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

    /** How much harm the task can do. */
    Risk risk();

    /** What this attempt may use up, with null for what is not bounded; empty: nothing is. Who uses more is stopped. */
    Optional<Budget> budget();

    /** The task's priority in its run; the smaller is the more urgent. */
    int priority();

    /**
     * How far the attempt before this one said it was, or why its result was sent back: what to go on from. Empty if there was
     * none, or it said nothing.
     */
    Optional<String> previousProgress();

    /**
     * W3C trace context to make spans of this attempt under: the trace of the run's producer, with the attempt's span as
     * parent. Empty if the producer gave none.
     */
    Optional<String> traceparent();

    /** What goes with {@link #traceparent}, to be handed on as it is; may be empty. */
    String tracestate();

    /** What it may use of each extension that the task needs. If there is any, tools that are in none may not be called. */
    default List<ExtensionGrant> grants() {
        return List.of();
    }

    /** Dependencies that have failed, and in spite of which the task goes on. Nobody has done what they were to do. */
    List<String> failedDependencies();

    /**
     * Tells how far the work is, in whatever form the next attempt can go on from: it is handed to that one if this one ends
     * without a result. It goes out with the next heartbeat and with the report of a failure or a stop, the last one told and
     * at most 4096 characters of it. Cheap: tell it as often as it changes.
     */
    void progress(String text);

    /** Whether the attempt is over: the control plane took the lease back, or the worker is stopping and will wait no longer. Nothing it does now is reported. */
    boolean isCancelled();

    /**
     * Has something done when the attempt is cancelled, once, on a thread of the client's: be quick, and block nowhere.
     * When it is cancelled already, it is done at once on this thread. What it throws is logged and goes no further.
     */
    void onCancel(Runnable action);

    /**
     * Asks whether an action may be performed, and waits for the answer: milliseconds if the policy answers by itself, as
     * long as it takes if people have to approve. Working time stands still meanwhile. An answer that is lost on its way
     * is asked for again.
     *
     * @throws InterruptedException if the attempt is cancelled, or the thread is interrupted, before the answer
     */
    Permission ask(Action action) throws InterruptedException;

    /** The same without waiting. The future is cancelled when the attempt ends first; to cancel it is to ask no more. */
    CompletableFuture<Permission> askLater(Action action);

    /**
     * Tells that an action was performed, once for each permission. Told of a permission that denies, or a second time, it
     * is recorded as the bypass that it is.
     */
    void performed(Permission permission);

    /** Tells that an action was performed which nobody was asked about. This is a bypass, honestly told. */
    void actedUnasked(Action action);

    /**
     * Asks, acts and tells. Work that throws is told of as well: it may have had effects, and its permission is used up.
     *
     * @param work what the permission is for
     * @return what the work returned
     * @throws ActionDeniedException if the action was denied; the work was not begun
     * @throws InterruptedException if the attempt is cancelled before the answer
     * @throws Exception what the work threw
     */
    default <T> T perform(Action action, Callable<T> work) throws Exception {
        Permission permission = ask(action).orThrow();
        try {
            return work.call();
        } finally {
            performed(permission);
        }
    }

    /**
     * Has the control plane keep under a name where the run stands now. Whether the policy lets agents do so stands in the
     * decision; nobody waits for it.
     *
     * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}, starting with a letter or digit
     * @param summary what was reached and what is next, for people: at most 4096 characters
     * @param metadata what else is to be known: at most 64
     */
    void checkpoint(String name, String summary, Map<String, String> metadata);

    /**
     * Sends a message. Whether the run's policy lets anybody send, and whether there is room for it, is told to the worker's
     * {@link MessageHandler#refused}.
     *
     * @return what a refusal names it by; empty: the attempt is over, and nothing was sent
     */
    Optional<String> send(Letter letter);

    /**
     * Asks the run's planners something without which the work cannot go on, and waits for the answer, however long it
     * takes. The attempt's time limit does not run meanwhile, nor does its working time; the lease is kept by heartbeats.
     *
     * @return the answer
     * @throws MessageRefusedException if it could not be asked: the policy has no mailbox, or that of the planners is full
     * @throws InterruptedException if the attempt is cancelled, or the thread is interrupted, before the answer
     */
    Message needContext(String question) throws InterruptedException;

    /** The same without waiting. The future is cancelled when the attempt ends first; to cancel it is to listen no more. */
    CompletableFuture<Message> needContextLater(String question);

    /**
     * Tells what the attempt has used up since it began, in all; less than was told before changes nothing. It goes out
     * with heartbeats, with the report that ends the attempt, and in reports of its own every few seconds at most, or at
     * once when it passes the budget. Working time is measured by the client. Cheap: tell it as often as it changes.
     *
     * @param tokens model tokens
     * @param costMicros money, in micro-units of the currency that the policy names
     * @throws IllegalArgumentException if one is negative
     */
    void usage(long tokens, long costMicros);

    /** Reports what was used up so far now, and not with the next opportunity. */
    void reportUsage();
}
