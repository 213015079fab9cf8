package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.use.UseQuestion;
import java.util.Optional;

/**
 * The registry of extensions as it stands whenever an input is decided on. It changes while runs are decided on: so what a
 * decision saw of it that the run had not seen before is recorded in the decision.
 */
@FunctionalInterface
public interface ExtensionCatalogue {
    /** Nothing was ever put forward. */
    ExtensionCatalogue EMPTY = (ref, question, policy) -> Optional.of(Sight.ofNothing(ref, question.agentType()));

    /**
     * What there is to be seen of a version, and whether it may be used.
     *
     * @param question which type of agent, what the run pins, and the time that is decided for
     * @return that; empty: what the run last saw, in a decision that is made again. Cost: cryptography the first time that a
     *     version is asked for with the policy's keys, then a look-up
     */
    Optional<ExtensionSeen> look(ExtensionRef ref, UseQuestion question, Policy policy);
}
