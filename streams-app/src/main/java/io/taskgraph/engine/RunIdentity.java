package io.taskgraph.engine;

import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.SortedMap;

/**
 * What a run is from its creation on; of it only the pinned policy can change, by directive.
 *
 * @param labels sorted by key
 * @param policy the document it has pinned
 * @param policyDigest hex SHA-256 of that document
 * @param createdAt milliseconds since the epoch
 * @param budget what its creator gave it in all, beside what the policy gives
 * @param parent the run it works for, or null
 * @param trace the trace that it is part of, or null
 * @param beginning where it begins if it goes on from another run, or null
 */
public record RunIdentity(
        String name,
        String goal,
        SortedMap<String, String> labels,
        Policy policy,
        String policyDigest,
        long createdAt,
        Bounds budget,
        Parent parent,
        TraceContext trace,
        Beginning beginning) {

    /**
     * The run that a run works for.
     *
     * @param taskId the task of it that this run is to do, or null
     * @param depth how many runs stand above, from 1
     */
    public record Parent(String runId, String taskId, int depth) {}

    /**
     * The point of another run from which a run goes on.
     *
     * @param sequence the decision after which the other run stood so
     * @param stateDigest hex digest of its state then
     * @param decisionHash hex hash of that decision
     * @param checkpoint the checkpoint that named the point; empty: none did
     * @param tasks how many tasks the run begins with
     * @param tasksDigest hex sum of their digests
     */
    public record Beginning(
            String runId,
            long sequence,
            String stateDigest,
            String decisionHash,
            String checkpoint,
            int tasks,
            String tasksDigest) {}

    RunIdentity with(Policy other) {
        return new RunIdentity(name, goal, labels, other, other.digest(), createdAt, budget, parent, trace, beginning);
    }
}
