package io.taskgraph.store;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.engine.Liveness;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When each worker was last heard on each run that has dates, and how far it said that its attempts were. On the heap only: after a restart or a takeover
 * nobody has been heard, so that each worker gets its whole time again from then on. Not thread-safe.
 */
public final class LivenessTable {
    private static final class OfRun {
        final Map<String, Long> heard = new HashMap<>(4);
        final Map<String, Map<String, ActiveAttempt>> attempts = new HashMap<>(4);
        final Set<String> lost = new HashSet<>(2);
    }

    private final Map<String, OfRun> runs = new HashMap<>();
    /** How much of an attempt's progress is kept, in characters. */
    private static final int PROGRESS = 4096;

    private final long since;
    private long readTo = -1;

    /**
     * An empty table.
     *
     * @param since when listening began, in milliseconds since the epoch
     */
    public LivenessTable(long since) {
        this.since = since;
    }

    /** The worker was heard; a time before the last is passed over. */
    public void heard(String runId, String workerId, long at) {
        of(runId, true).heard.merge(workerId, at, Math::max);
    }

    /** What the worker's last heartbeat said of its attempts; those that it does not name any more are forgotten. */
    public void told(String runId, String workerId, List<ActiveAttempt> attempts) {
        Map<String, ActiveAttempt> byTask = new HashMap<>();
        for (ActiveAttempt a : attempts) {
            if (a.getProgress() != null) {
                String kept = a.getProgress()
                        .substring(0, Math.min(PROGRESS, a.getProgress().length()));
                byTask.put(a.getTaskId(), new ActiveAttempt(a.getTaskId(), a.getAttempt(), null, kept));
            }
        }
        if (byTask.isEmpty()) {
            of(runId, true).attempts.remove(workerId);
        } else {
            of(runId, true).attempts.put(workerId, byTask);
        }
    }

    /** The worker was found lost, or is not any more: when a lost one is heard, that is an input. */
    public void lost(String runId, String workerId, boolean is) {
        if (is) {
            of(runId, true).lost.add(workerId);
        } else {
            of(runId, true).lost.remove(workerId);
        }
    }

    /** Whether the worker was found lost since this partition is listened to. */
    public boolean isLost(String runId, String workerId) {
        return of(runId, false).lost.contains(workerId);
    }

    private OfRun of(String runId, boolean keep) {
        OfRun known = runs.get(runId);
        if (known == null) {
            known = new OfRun();
            if (keep) {
                runs.put(runId, known);
            }
        }
        return known;
    }

    /** Heartbeats of this partition were read up to this offset, exclusive. */
    public void readTo(long offset) {
        readTo = offset;
    }

    /** The offset up to which heartbeats were read, exclusive; -1: none since listening began. */
    public long readTo() {
        return readTo;
    }

    /** What is known of one run's workers. */
    public Liveness of(String runId) {
        OfRun run = of(runId, false);
        return new Liveness() {
            @Override
            public long lastHeardAt(String worker) {
                return Math.max(since, run.heard.getOrDefault(worker, 0L));
            }

            @Override
            public String progressOf(String worker, String taskId, int attempt) {
                ActiveAttempt a = run.attempts.getOrDefault(worker, Map.of()).get(taskId);
                return a == null || a.getAttempt() != attempt ? null : a.getProgress();
            }
        };
    }

    /** The run has no leases out: nobody has to be heard. */
    public void forget(String runId) {
        runs.remove(runId);
    }
}
