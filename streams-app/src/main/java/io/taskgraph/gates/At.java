package io.taskgraph.gates;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;

/**
 * Where a fact stands.
 *
 * @param decision the decision that it follows from
 * @param policy the policy that the run has pinned at that point of the decision
 * @param state the run as replay has it after the decision: for what a fact only names, such as a task's agent type. What
 *     checks the engine must not lean on it, for it is the engine's own account
 */
record At(Decision decision, Policy policy, Run state) {
    /** The decision's time, in milliseconds since the epoch. */
    long millis() {
        return decision.getDecidedAt().toEpochMilli();
    }

    /** The family of topic that made the engine decide. */
    String family() {
        return decision.getCause().getFamily();
    }
}
