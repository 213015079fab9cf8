package io.taskgraph.client;

import io.taskgraph.avro.ActionAnswer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases of one worker: those it holds, and those it lately reported on. The latter so that a command which the
 * broker delivers again, because its acknowledgement was lost, is not done again by the very worker that did it.
 */
final class Leases {
    private final Map<AttemptKey, Attempt> held = new ConcurrentHashMap<>();
    private final Map<AttemptKey, Boolean> reported = new ConcurrentHashMap<>();
    private final Memberships memberships = new Memberships();
    private final AttemptKey[] order;
    // Guarded by order.
    private int next;

    /** @param remembered how many reported attempts to remember */
    Leases(int remembered) {
        this.order = new AttemptKey[remembered];
    }

    void hold(Attempt attempt) {
        held.put(attempt.key(), attempt);
    }

    void end(Attempt attempt) {
        held.remove(attempt.key(), attempt);
    }

    /** The attempt is over, and its run knows this worker: it stays a member for a while. */
    void worked(Attempt attempt, long now) {
        // Before the lease ends: between the two the run must not be missed.
        memberships.worked(attempt.runId(), attempt.heartbeatIntervalMillis(), now);
        end(attempt);
    }

    /** The runs that it worked for lately. */
    Memberships memberships() {
        return memberships;
    }

    /** The attempt, if this worker holds its lease; else null. */
    Attempt held(AttemptKey key) {
        return held.get(key);
    }

    /**
     * Hands an answer to the attempt that asked. One that names no task is the answer to a request that was refused
     * before it was looked at: its id alone says whose it is.
     */
    void answered(String runId, ActionAnswer answer) {
        if (answer.getTaskId().isEmpty()) {
            held.values().stream()
                    .filter(attempt -> attempt.runId().equals(runId))
                    .forEach(attempt -> attempt.answered(answer));
            return;
        }
        Attempt attempt = held(new AttemptKey(runId, answer.getTaskId(), answer.getAttempt()));
        if (attempt != null) {
            attempt.answered(answer);
        }
    }

    Collection<Attempt> all() {
        return List.copyOf(new ArrayList<>(held.values()));
    }

    boolean none() {
        return held.isEmpty();
    }

    /** The broker has a report under this attempt. */
    void reported(AttemptKey key) {
        reported.put(key, Boolean.TRUE);
        AttemptKey oldest;
        synchronized (order) {
            oldest = order[next];
            order[next] = key;
            next = (next + 1) % order.length;
        }
        if (oldest != null && !oldest.equals(key)) {
            reported.remove(oldest);
        }
    }

    /** Whether this worker holds, or lately held, the lease. */
    boolean known(AttemptKey key) {
        return held.containsKey(key) || reported.containsKey(key);
    }
}
