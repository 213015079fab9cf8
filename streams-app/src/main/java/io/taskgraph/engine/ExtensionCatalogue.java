package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.policy.contract.Policy;
import java.util.Optional;

/**
 * The registry of extensions as it stands whenever an input is decided on. It changes while runs are decided on: so what a
 * decision saw of it that the run had not seen before is recorded in the decision.
 */
@FunctionalInterface
public interface ExtensionCatalogue {
    /** Nothing was ever put forward. */
    ExtensionCatalogue EMPTY = (ref, agentType, policy, now) -> Optional.of(Sight.ofNothing(ref, agentType));

    /**
     * What there is to be seen of a version, and whether agents of the type may use it.
     *
     * @param now the time that is decided for, in milliseconds since the epoch
     * @return that; empty: what the run last saw, in a decision that is made again. Cost: cryptography the first time that a
     *     version is asked for with the policy's keys, then a look-up
     */
    Optional<ExtensionSeen> look(ExtensionRef ref, String agentType, Policy policy, long now);
}
