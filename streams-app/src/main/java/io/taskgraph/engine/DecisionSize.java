package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.ExtensionProposed;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RestoredTask;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.TextChange;
import java.util.List;
import java.util.Map;

/**
 * How many bytes a decision takes at the most, without writing it: nearly every decision is far below the limit, and
 * writing each one twice to know it would cost more than deciding it.
 */
final class DecisionSize {
    /** A character takes at most three bytes of UTF-8, and a text at most five for its length. */
    private static final int BYTES_PER_CHAR = 3;

    private static final int BYTES_PER_TEXT = 5;
    /**
     * What a fact takes beside a payload, a result and a task's dependencies: two texts of at most 4096 characters, some
     * ids and numbers.
     */
    private static final int BYTES_PER_FACT = 30_000;
    /** A tool of a grant: two texts of at most 128 ASCII characters, and its risk. */
    private static final int BYTES_PER_TOOL = 300;
    /** The decision's own fields. */
    private static final int FRAME = 5_000;

    private DecisionSize() {}

    /**
     * An upper bound.
     *
     * @param perFact the most bytes that a payload, result or policy document in a fact may take
     */
    static long atMost(Decision d, long perFact) {
        long bound = FRAME + d.getFacts().size() * ((long) BYTES_PER_FACT + perFact);
        for (Fact fact : d.getFacts()) {
            if (fact.getTaskAdded() != null) {
                bound += dependencies(fact.getTaskAdded().getTask());
            } else if (fact.getTaskRestored() != null) {
                RestoredTask r = fact.getTaskRestored().getRestored();
                bound += dependencies(r.getTask()) + optional(r.getTask().getPayload()) + optional(r.getOutcome());
            } else if (fact.getMessageQueued() != null) {
                bound += text(fact.getMessageQueued().getMessage().getBody())
                        + texts(fact.getMessageQueued().getExceptFor());
            } else if (fact.getMailDelivered() != null) {
                bound += texts(fact.getMailDelivered().getMessageIds());
            } else if (fact.getCheckpointTaken() != null) {
                bound += texts(fact.getCheckpointTaken().getMetadata())
                        + texts(fact.getCheckpointTaken().getDropped());
            } else if (fact.getPolicyChanged() != null) {
                bound += text(fact.getPolicyChanged().getPolicyDocument());
            } else if (fact.getExtensionProposed() != null) {
                ExtensionProposed proposed = fact.getExtensionProposed();
                bound += text(proposed.getEnvelope())
                        + texts(proposed.getAttestations())
                        + texts(proposed.getArtifacts())
                        + texts(proposed.getSignedBy());
            } else if (fact.getExtensionSeen() != null) {
                ExtensionGrant grant = fact.getExtensionSeen().getGrant();
                bound += grant == null ? 0 : (long) grant.getTools().size() * BYTES_PER_TOOL;
            } else if (fact.getExtensionWithdrawn() != null) {
                bound += texts(fact.getExtensionWithdrawn().getStopped());
            }
        }
        Rejection r = d.getRejection();
        if (r != null) {
            bound += text(r.getMessage()) + texts(r.getDetails());
        }
        return bound;
    }

    /** The most that a payload, or the policy document with the labels, takes in a decision that creates a run. */
    static long largestOfNewRun(Decision d) {
        long largest = 0;
        for (Fact f : d.getFacts()) {
            if (f.getTaskAdded() != null) {
                largest = Math.max(largest, optional(f.getTaskAdded().getTask().getPayload()));
            } else if (f.getRunCreated() != null) {
                RunCreated created = f.getRunCreated();
                largest = Math.max(largest, text(created.getPolicyDocument()) + texts(created.getLabels()));
            } else if (f.getTaskUpdated() != null) {
                TextChange payload = f.getTaskUpdated().getChanges().getPayload();
                largest = Math.max(largest, payload == null ? 0 : optional(payload.getValue()));
            }
        }
        return largest;
    }

    private static long texts(Map<String, String> all) {
        long bound = 0;
        for (Map.Entry<String, String> e : all.entrySet()) {
            bound += text(e.getKey()) + text(e.getValue());
        }
        return bound;
    }

    private static long optional(String s) {
        return s == null ? 0 : text(s);
    }

    private static long dependencies(TaskSpec task) {
        return texts(task.getDependsOn());
    }

    private static long texts(List<String> all) {
        long bound = 0;
        for (String s : all) {
            bound += text(s);
        }
        return bound;
    }

    private static long text(String s) {
        return BYTES_PER_TEXT + (long) BYTES_PER_CHAR * s.length();
    }
}
