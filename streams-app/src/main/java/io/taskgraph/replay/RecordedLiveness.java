package io.taskgraph.replay;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Forgotten;
import io.taskgraph.avro.Heard;
import io.taskgraph.engine.Liveness;
import java.util.HashMap;
import java.util.Map;

/**
 * What had been heard of workers when a decision was made: of those that it names as recorded, of all others that they
 * were heard in time. What a worker had said of its progress comes from the decision's facts, and is held against its
 * heartbeats, as far as they are there.
 */
final class RecordedLiveness implements Liveness {
    private final Decision decision;
    private final HeartbeatTrail trail;
    private final Map<String, Heard> heard = new HashMap<>();

    RecordedLiveness(Decision d, HeartbeatTrail trail) {
        this.decision = d;
        this.trail = trail;
        if (d.getEvidence() != null) {
            d.getEvidence().getHeard().forEach(h -> heard.put(h.getWorkerId(), h));
        }
    }

    @Override
    public long lastHeardAt(String workerId) {
        Heard h = heard.get(workerId);
        return h == null ? decision.getDecidedAt().toEpochMilli() : h.getAt().toEpochMilli();
    }

    @Override
    public long heartbeatOf(String workerId) {
        Heard h = heard.get(workerId);
        return h == null ? -1 : h.getHeartbeat();
    }

    @Override
    public long forgottenSince(String workerId, String taskId, int attempt) {
        if (decision.getEvidence() != null) {
            for (Forgotten f : decision.getEvidence().getForgotten()) {
                if (f.getTaskId().equals(taskId) && f.getAttempt() == attempt) {
                    return f.getSince().toEpochMilli();
                }
            }
        }
        return 0;
    }

    @Override
    public String progressOf(String workerId, String taskId, int attempt) {
        for (Fact f : decision.getFacts()) {
            AttemptFailed failed = f.getAttemptFailed();
            if (failed != null && failed.getTaskId().equals(taskId) && failed.getAttempt() == attempt) {
                return failed.getProgress();
            }
        }
        return null;
    }

    /** How many of the heartbeats that it names are not there any more. */
    long gone() {
        return heard.values().stream()
                .filter(h -> h.getHeartbeat() >= 0 && !isThere(h))
                .count();
    }

    /** Why the heartbeats contradict what is recorded of them; null: they do not. */
    String contradiction() {
        for (Heard h : heard.values()) {
            if (h.getHeartbeat() < 0 || !isThere(h)) {
                continue;
            }
            HeartbeatTrail.Beats beats = trail.of(decision.getRunId(), h.getWorkerId());
            if (beats == null || beats.offset() != h.getHeartbeat()) {
                return "worker \"" + h.getWorkerId() + "\" is recorded with its last heartbeat at offset "
                        + h.getHeartbeat() + ", and on " + trail.name() + " that is "
                        + (beats == null ? "none" : "at offset " + beats.offset());
            }
            String told = told(h.getWorkerId(), beats);
            if (told != null) {
                return told;
            }
        }
        return null;
    }

    /** Whether what is recorded of the progress of the worker's attempts is not what it said. */
    private String told(String workerId, HeartbeatTrail.Beats beats) {
        for (Fact f : decision.getFacts()) {
            AttemptFailed failed = f.getAttemptFailed();
            // That nothing is recorded says nothing: an instance that takes over has not heard what was said before.
            if (failed == null
                    || failed.getProgress() == null
                    || !failed.getWorkerId().equals(workerId)) {
                continue;
            }
            boolean named = beats.names(failed.getTaskId(), failed.getAttempt());
            if (named ? !failed.getProgress().equals(beats.progressOf(failed.getTaskId())) : trail.begins() == 0) {
                return "attempt " + failed.getAttempt() + " of task \"" + failed.getTaskId()
                        + "\" is recorded with a progress that worker \"" + workerId + "\" did not say on "
                        + trail.name();
            }
        }
        return null;
    }

    private boolean isThere(Heard h) {
        return trail != null && h.getHeartbeat() >= trail.begins();
    }
}
