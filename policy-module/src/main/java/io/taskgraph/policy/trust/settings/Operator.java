package io.taskgraph.policy.trust.settings;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Somebody whose directives a run takes, known by keys.
 *
 * @param name what the operator is called, and says in the field {@code actor} of a directive: 1 to 256 characters
 * @param roles the roles that the operator has, sorted, beside those that the policy's {@code approvers} give
 * @param keys the keys, by name: at least one
 */
public record Operator(String name, List<String> roles, SortedMap<String, TrustKey> keys) {
    /** Copies roles and keys. */
    public Operator {
        roles = roles.stream().sorted().distinct().toList();
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    }
}
