package io.taskgraph.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The records of one poll. A share consumer wants every record settled before it polls again, and its reader is the only
 * thread that may speak with it; so the reader hands the attempts to the handlers' threads, and waits here until each
 * record's fate is known, which takes as long as a lease takes to be reported and not as long as the work.
 */
final class Batch {
    private final List<Settlement> settlements;
    private final List<Attempt> attempts = new ArrayList<>();
    private final AtomicInteger unsettled = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private final Thread reader = Thread.currentThread();
    private long pause;

    Batch(int records) {
        this.settlements = new ArrayList<>(records);
    }

    void add(Settlement settlement) {
        settlements.add(settlement);
        unsettled.incrementAndGet();
    }

    void add(Attempt attempt) {
        attempts.add(attempt);
    }

    /** Wants the queue left to others after it, for so long at least. */
    void leaveTheQueueFor(long nanos) {
        pause = Math.max(pause, nanos);
    }

    /** For how many nanoseconds to leave the queue to others. */
    long pause() {
        return pause;
    }

    List<Settlement> settlements() {
        return settlements;
    }

    /** How many attempts no thread has taken up yet. */
    int waiting() {
        return Math.max(0, attempts.size() - next.get());
    }

    /** Works attempts off on this thread until none is left to begin. */
    void work(TaskHandler handler) {
        int index;
        while ((index = next.getAndIncrement()) < attempts.size()) {
            attempts.get(index).run(handler);
        }
    }

    /** Reports leases whose work has been going on for that long. Gives the nanoseconds until there may be more. */
    long reportStarted(long delayNanos) {
        long now = System.nanoTime();
        long soonest = Long.MAX_VALUE;
        for (Attempt attempt : attempts) {
            soonest = Math.min(soonest, attempt.startedIfRunningFor(delayNanos, now));
        }
        return soonest;
    }

    /** Gives back to others what has not begun. */
    void withdrawWaiting() {
        next.set(attempts.size());
        attempts.forEach(Attempt::withdraw);
    }

    void settledOne() {
        if (unsettled.decrementAndGet() == 0) {
            LockSupport.unpark(reader);
        }
    }

    boolean settled() {
        return unsettled.get() == 0;
    }

    /** Waits until all is settled, for so long at most. Only for the thread that made it. */
    void awaitSettled(long nanos) {
        if (!settled()) {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
