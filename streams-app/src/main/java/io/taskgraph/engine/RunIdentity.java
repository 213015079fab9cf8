package io.taskgraph.engine;

import io.taskgraph.policy.contract.Policy;
import java.util.SortedMap;

/**
 * What a run is from its creation on.
 *
 * @param labels sorted by key
 * @param policy the document it has pinned
 * @param policyDigest hex SHA-256 of that document
 * @param createdAt milliseconds since the epoch
 */
public record RunIdentity(
        String name,
        String goal,
        SortedMap<String, String> labels,
        Policy policy,
        String policyDigest,
        long createdAt) {}
