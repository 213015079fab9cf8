package io.taskgraph.policy.decision;

import io.taskgraph.policy.contract.Phase;

/**
 * The next phase that a document chose.
 *
 * @param to a phase that the document lets follow
 * @param rule the route's id
 * @param reason its reason
 */
public record Route(Phase to, String rule, String reason) {}
