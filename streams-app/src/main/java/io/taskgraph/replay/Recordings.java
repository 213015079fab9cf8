package io.taskgraph.replay;

import io.taskgraph.policy.contract.Policy;
import java.util.Optional;

/** What decisions were made from: inputs by where they stand, policies by their digest. */
interface Recordings extends AutoCloseable {
    /**
     * The records of one partition of a family of inputs.
     *
     * @param family as decisions name it in their cause
     * @return null if there is none
     */
    Cursor inputs(String family, int partition);

    /**
     * The policy with that digest.
     *
     * @param reference by which it was looked up
     */
    Optional<Policy> policy(String reference, String digest);

    @Override
    void close();
}
