package io.taskgraph.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The runs that a worker has worked for lately and may work for again: to them it says that it is idle, so that idle and dead
 * are told apart. Bounded, for a worker may see thousands of runs: the newest hundred, each for ten minutes after its last
 * attempt. Safe for any thread.
 */
final class Memberships {
    /** So many runs are remembered. */
    static final int MOST = 100;
    /** How long a run is remembered after the last attempt. */
    static final long LASTING_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * One of them.
     *
     * @param intervalMillis how often the run wants heartbeats
     * @param workedAt when the last attempt for it ended, in {@link System#nanoTime()}
     */
    record Membership(String runId, long intervalMillis, long workedAt) {
        boolean isOver(long now) {
            return now - workedAt >= LASTING_NANOS;
        }
    }

    // All guarded by this. Least recently worked for first.
    private final Map<String, Membership> members = new LinkedHashMap<>();
    /** Runs that gave way to newer ones and are not told yet. As many at most: what is more finds out by silence. */
    private final ArrayDeque<String> left = new ArrayDeque<>();

    /** An attempt for the run is over. */
    synchronized void worked(String runId, long intervalMillis, long now) {
        members.remove(runId);
        members.put(runId, new Membership(runId, intervalMillis, now));
        if (members.size() > MOST) {
            Iterator<String> oldest = members.keySet().iterator();
            left.add(oldest.next());
            oldest.remove();
            if (left.size() > MOST) {
                left.remove();
            }
        }
    }

    synchronized boolean isEmpty() {
        return members.isEmpty() && left.isEmpty();
    }

    /** All that are remembered, the one that was worked for longest ago first. */
    synchronized List<Membership> all() {
        return List.copyOf(members.values());
    }

    /** Forgets it, unless it was worked for again since. */
    synchronized void forget(Membership membership) {
        members.remove(membership.runId(), membership);
    }

    /** The next run that gave way to newer ones and was not worked for since, or null. It is not given again. */
    synchronized String nextLeft() {
        String next = left.poll();
        while (next != null && members.containsKey(next)) {
            next = left.poll();
        }
        return next;
    }
}
