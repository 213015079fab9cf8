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
    /**
     * That a heartbeat named an attempt.
     *
     * @param progress how far it said that it was, or null
     */
    private record Named(int attempt, long at, String progress) {}

    private static final class OfWorker {
        /** By task: also what was named before, for a while. */
        final Map<String, Named> named = new HashMap<>(4);
        /** When a heartbeat last said what the worker works on; 0: the last one did not say. */
        long toldAt;
    }

    private static final class OfRun {
        final Map<String, Long> heard = new HashMap<>(4);
        final Map<String, OfWorker> workers = new HashMap<>(4);
        final Map<String, Long> beats = new HashMap<>(4);
        final Set<String> lost = new HashSet<>(2);
    }

    private final Map<String, OfRun> runs = new HashMap<>();
    /** The longest name of a worker, in characters. */
    private static final int NAME = 256;
    /** How many attempts of a worker are remembered that it does not name any more. */
    private static final int REMEMBERED = 64;
    /** How many names of a run are kept of which only heartbeats are known. */
    private static final int NAMES = 100_000;

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

    /** The worker's last heartbeat stands at this offset. */
    public void beat(String runId, String workerId, long offset) {
        of(runId, true).beats.put(workerId, offset);
    }

    /**
     * What the worker's heartbeat said of its attempts.
     *
     * @param idle whether it said that it has none
     */
    public void told(String runId, String workerId, List<ActiveAttempt> attempts, boolean idle, long at) {
        OfWorker w = of(runId, true).workers.computeIfAbsent(workerId, id -> new OfWorker());
        w.toldAt = idle || !attempts.isEmpty() ? at : 0;
        for (ActiveAttempt a : attempts) {
            String progress = a.getProgress();
            String kept = progress == null ? null : Liveness.kept(progress);
            w.named.put(a.getTaskId(), new Named(a.getAttempt(), at, kept));
        }
        if (w.named.size() > attempts.size() + REMEMBERED) {
            w.named.values().removeIf(n -> n.at < at);
        }
    }

    /**
     * Whether heartbeats under that name are kept: not of a name that no worker can have, nor of any number of names that did
     * nothing but send heartbeats. Whoever takes up a lease is known by that report.
     */
    public boolean admits(String runId, String workerId) {
        Map<String, Long> known = of(runId, false).heard;
        return known.containsKey(workerId) || !workerId.isEmpty() && workerId.length() <= NAME && known.size() < NAMES;
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
            public long forgottenSince(String worker, String taskId, int attempt) {
                OfWorker w = run.workers.get(worker);
                if (w == null || w.toldAt == 0) {
                    return 0;
                }
                Named n = w.named.get(taskId);
                long namedAt = n == null || n.attempt != attempt ? 0 : n.at;
                return namedAt == w.toldAt ? 0 : Math.max(since, namedAt);
            }

            @Override
            public long heartbeatOf(String worker) {
                return run.beats.getOrDefault(worker, -1L);
            }

            @Override
            public String progressOf(String worker, String taskId, int attempt) {
                OfWorker w = run.workers.get(worker);
                Named n = w == null ? null : w.named.get(taskId);
                return n == null || n.attempt != attempt ? null : n.progress;
            }
        };
    }

    /** The run has no leases out: nobody has to be heard. */
    public void forget(String runId) {
        runs.remove(runId);
    }
}
