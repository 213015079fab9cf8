package io.taskgraph.client;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.SaveCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt in this worker's hands, from its command to its last report. The lease is taken up by the first report
 * that reaches the broker, of whichever kind; once that is there the command's record is settled, never before and
 * never later.
 *
 * <p>Reports are sent under this object's monitor, so that the order in which they are sent is the order in which
 * things happened.
 */
final class Attempt extends Assignment {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** As much of it as the control plane keeps. */
    private static final int MOST_PROGRESS = 4096;

    private enum Stage {
        WAITING,
        RUNNING,
        ENDED,
        WITHDRAWN
    }

    private final AttemptKey key;
    private final Leases leases;
    private final Reports reports;
    private final Tally tally;
    private final Settlement settlement;
    private final Timing timing;
    private final ActionRequests requests;
    private final ContextRequests questions = new ContextRequests(this);
    // Guarded by this; written seldom, read by handlers and the reader without it.
    private volatile Stage stage = Stage.WAITING;
    private volatile boolean cancelled;
    private volatile boolean leaseReported;
    private volatile long begunAt;
    private volatile long leasedAt;
    /** There from the beginning of the work on. */
    private volatile UsageMeter meter;
    /** What was said of it last, or null. */
    private volatile String progress;

    private Thread thread;
    private List<Runnable> onCancel;

    Attempt(
            Command command,
            String workerId,
            Leases leases,
            Reports reports,
            Tally tally,
            Settlement settlement,
            Timing timing) {
        super(command, workerId);
        this.key = new AttemptKey(runId(), taskId(), attempt());
        this.leases = leases;
        this.reports = reports;
        this.tally = tally;
        this.settlement = settlement;
        this.timing = timing;
        this.requests = new ActionRequests(this, timing);
    }

    AttemptKey key() {
        return key;
    }

    /** When the lease was reported, in {@link System#nanoTime()}; meaningful while it is held. */
    long leasedAt() {
        return leasedAt;
    }

    boolean isWaiting() {
        return stage == Stage.WAITING;
    }

    /** Does the work on this thread and reports how it ended. Does nothing if it was withdrawn. */
    void run(TaskHandler handler) {
        synchronized (this) {
            if (stage != Stage.WAITING) {
                return;
            }
            begunAt = timing.nanos();
            meter = new UsageMeter(timing, budget().orElse(null));
            thread = Thread.currentThread();
            stage = Stage.RUNNING;
            if (!grants().isEmpty() && !cancelled) {
                // The lease counts only once it is known what was loaded.
                takeUpLease(begunAt);
            }
        }
        String result = null;
        Throwable problem = null;
        try {
            result = handler.handle(this);
        } catch (Throwable e) {
            problem = e;
        }
        end(result, problem);
        requests.end();
        questions.end();
    }

    private synchronized void end(String result, Throwable problem) {
        stage = Stage.ENDED;
        thread = null;
        onCancel = null;
        // An interrupt was meant for this attempt, not for the next on this thread.
        Thread.interrupted();
        if (cancelled) {
            leases.end(this);
            return;
        }
        if (problem == null) {
            reports.submitted(key, result, meter.totalOrNull(), this::durable);
        } else {
            if (problem instanceof Error) {
                LOG.error("The handler failed on task {} of run {}", key.taskId(), key.runId(), problem);
            }
            reports.failed(
                    key,
                    described(problem),
                    !(problem instanceof NonRetryableException),
                    meter.totalOrNull(),
                    progress,
                    this::durable);
        }
        leases.worked(this, timing.nanos());
    }

    private static String described(Throwable problem) {
        String message = problem.getMessage();
        return problem instanceof NonRetryableException && message != null
                ? message
                : problem.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private void durable(boolean yes) {
        if (yes) {
            leases.reported(key);
            settlement.accept();
        } else {
            settlement.release();
        }
    }

    /**
     * Reports the lease as taken up, if the work has been going on for so long and nothing was reported yet. Short work
     * costs one report that way.
     *
     * @return nanoseconds until it may be due; {@link Long#MAX_VALUE} if it never will be
     */
    long startedIfRunningFor(long delayNanos, long now) {
        if (stage == Stage.RUNNING && !leaseReported && !cancelled) {
            long left = delayNanos - (now - begunAt);
            if (left > 0) {
                return left;
            }
            synchronized (this) {
                if (stage == Stage.RUNNING && !leaseReported && !cancelled) {
                    takeUpLease(now);
                }
            }
        }
        return stage == Stage.WAITING ? delayNanos : Long.MAX_VALUE;
    }

    /** Under the monitor only. */
    private void takeUpLease(long now) {
        leaseReported = true;
        leasedAt = now;
        leases.hold(this);
        reports.started(key, agentType(), this::durable);
    }

    /**
     * Reports something that happens while the work goes on. The lease is taken up before, for its holder alone is
     * believed.
     *
     * @return false if the attempt is over and nothing is reported any more
     */
    synchronized boolean say(BiConsumer<AttemptKey, Reports> what) {
        if (stage != Stage.RUNNING || cancelled) {
            return false;
        }
        if (!leaseReported) {
            takeUpLease(timing.nanos());
        }
        what.accept(key, reports);
        return true;
    }

    /** What it has used up, or null if there is nothing to tell. */
    Amounts used() {
        return meter.totalOrNull();
    }

    /** The control plane answers one of its requests. */
    void answered(ActionAnswer answer) {
        requests.answered(answer);
    }

    /** Whether the message is the answer to one of its questions. */
    boolean answered(Message message) {
        return questions.answered(message);
    }

    /** Whether it was one of its questions that was refused. */
    boolean refused(String sentIn, String code, String reason) {
        return questions.refused(sentIn, code, reason);
    }

    /** Gives the command back to others, if the work has not begun. */
    boolean withdraw() {
        synchronized (this) {
            if (stage != Stage.WAITING) {
                return false;
            }
            stage = Stage.WITHDRAWN;
        }
        tally.released.increment();
        settlement.release();
        return true;
    }

    /** The control plane took the lease back: stop the work, and report nothing more. */
    void cancel() {
        if (stop(false)) {
            tally.cancelled.increment();
        }
    }

    /** The worker stops and waits no longer: give the lease back, stop the work, and report nothing more. */
    void abandon() {
        if (stop(true)) {
            tally.released.increment();
        }
    }

    private boolean stop(boolean giveBack) {
        List<Runnable> actions;
        synchronized (this) {
            if (stage != Stage.RUNNING || cancelled) {
                return false;
            }
            // Without a report there is no lease to give back, only the command.
            if (giveBack && leaseReported) {
                Amounts used = meter.totalOrNull();
                if (used != null) {
                    reports.usage(key, used);
                }
                reports.released(key, "the worker stops", progress, durable -> {});
            }
            cancelled = true;
            if (leaseReported) {
                leases.worked(this, timing.nanos());
            } else {
                leases.end(this);
            }
            actions = onCancel == null ? List.of() : onCancel;
            onCancel = null;
            thread.interrupt();
        }
        if (!leaseReported) {
            settlement.release();
        }
        requests.end();
        questions.end();
        actions.forEach(this::quietly);
        return true;
    }

    private void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("An action on the cancellation of task {} of run {} failed", key.taskId(), key.runId(), e);
        }
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                if (onCancel == null) {
                    onCancel = new ArrayList<>(1);
                }
                onCancel.add(action);
                return;
            }
        }
        quietly(action);
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Permission ask(Action action) throws InterruptedException {
        meter.rest();
        CompletableFuture<Permission> answer = askLater(action);
        try {
            return answer.get();
        } catch (CancellationException | ExecutionException e) {
            throw new InterruptedException("The attempt ended before the action " + action.tool() + " was answered.");
        } finally {
            answer.cancel(false);
            meter.resume();
        }
    }

    @Override
    public CompletableFuture<Permission> askLater(Action action) {
        return requests.ask(reports.nextId(), action);
    }

    @Override
    public void checkpoint(String name, String summary, Map<String, String> metadata) {
        SaveCheckpoint checkpoint = new SaveCheckpoint(name, summary, Map.copyOf(metadata));
        say((attempt, to) -> to.checkpoint(attempt, checkpoint));
    }

    @Override
    public Optional<String> send(Letter letter) {
        String id = reports.nextId();
        return say((attempt, to) -> to.message(attempt, id, letter)) ? Optional.of(id) : Optional.empty();
    }

    @Override
    public Message needContext(String question) throws InterruptedException {
        meter.rest();
        CompletableFuture<Message> answer = needContextLater(question);
        try {
            return answer.get();
        } catch (CancellationException e) {
            throw new InterruptedException("The attempt ended before its question was answered.");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MessageRefusedException refused
                    ? refused
                    : new ClientException(e.getCause().getMessage(), e.getCause());
        } finally {
            answer.cancel(false);
            meter.resume();
        }
    }

    @Override
    public CompletableFuture<Message> needContextLater(String question) {
        return questions.ask(reports.nextId(), question);
    }

    @Override
    public void performed(Permission permission) {
        say((attempt, to) -> to.actionDone(attempt, permission.requestId(), permission.action()));
    }

    @Override
    public void actedUnasked(Action action) {
        say((attempt, to) -> to.actionDone(attempt, "", action));
    }

    @Override
    public void usage(long tokens, long costMicros) {
        if (meter.tell(tokens, costMicros)) {
            reportUsage();
        }
    }

    @Override
    public void reportUsage() {
        say((attempt, to) -> to.usage(attempt, meter.totalToReport()));
    }

    @Override
    public void progress(String text) {
        progress = Cut.to(MOST_PROGRESS, text);
    }

    /** How far it says it is, or null. */
    String progress() {
        return progress;
    }

    @Override
    public String toString() {
        return "task " + key.taskId() + " of run " + key.runId() + ", attempt " + key.attempt();
    }
}
