package io.taskgraph.replay;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.engine.Liveness;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.HashMap;
import java.util.Map;

/** Follows the heartbeats of one partition along with its decisions: what each worker said last on each run. */
final class HeartbeatTrail {
    /** What a worker's heartbeats for one run said, up to the last one. */
    static final class Beats {
        private record Named(int attempt, String progress) {}

        private final Map<String, Named> named = new HashMap<>(4);
        private long offset;

        /** Of the last one. */
        long offset() {
            return offset;
        }

        /** Whether one named that attempt. */
        boolean names(String taskId, int attempt) {
            Named n = named.get(taskId);
            return n != null && n.attempt == attempt;
        }

        /** What the last one that named the task said of its progress; null: nothing. */
        String progressOf(String taskId) {
            return named.get(taskId).progress;
        }

        private void take(Recorded r, Heartbeat h) {
            offset = r.offset();
            for (ActiveAttempt a : h.getActive()) {
                String progress = a.getProgress() == null ? null : Liveness.kept(a.getProgress());
                named.put(a.getTaskId(), new Named(a.getAttempt(), progress));
            }
        }
    }

    private final Cursor cursor;
    private final RecordReader<Heartbeat> reader;
    private final String only;
    private final Map<String, Map<String, Beats>> byRun = new HashMap<>();
    private Recorded next;

    /** @param only the run of interest; null: all */
    HeartbeatTrail(Cursor cursor, RecordReader<Heartbeat> reader, String only) {
        this.cursor = cursor;
        this.reader = reader;
        this.only = only;
    }

    /** Follows all before that offset. */
    void readTo(long offset) {
        for (Recorded r = peek(); r != null && r.offset() < offset; r = peek()) {
            next = null;
            note(r);
        }
    }

    /** The heartbeat at that offset, which is followed, too; null: there is none. */
    Heartbeat at(long offset) {
        readTo(offset);
        Recorded r = peek();
        if (r == null || r.offset() != offset) {
            return null;
        }
        next = null;
        return note(r);
    }

    /** From which offset on there are heartbeats. */
    long begins() {
        return cursor.begins();
    }

    String name() {
        return cursor.name();
    }

    /** What the worker's heartbeats said, or null. */
    Beats of(String runId, String workerId) {
        return byRun.getOrDefault(runId, Map.of()).get(workerId);
    }

    void close() {
        cursor.close();
    }

    /** The run has ended. */
    void forget(String runId) {
        byRun.remove(runId);
    }

    private Recorded peek() {
        if (next == null) {
            next = cursor.next();
        }
        return next;
    }

    private Heartbeat note(Recorded r) {
        try {
            Heartbeat h = reader.read(r);
            if (only == null || only.equals(h.getRunId())) {
                byRun.computeIfAbsent(h.getRunId(), id -> new HashMap<>(4))
                        .computeIfAbsent(h.getWorkerId(), id -> new Beats())
                        .take(r, h);
            }
            return h;
        } catch (UnreadableRecordException e) {
            return null; // It was no sign of life then, either: it stands among the dead letters.
        }
    }
}
