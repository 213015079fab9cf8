package io.taskgraph.policy.rules;

import io.taskgraph.policy.contract.Phase;

/**
 * A choice of the next phase.
 *
 * @param id what routes are named by; unique among the routes of its document
 * @param from {@link Phase#PLANNING} or {@link Phase#EXECUTING}
 * @param when the condition under which it is chosen
 * @param to a phase that the document lets follow
 * @param reason why, for a person
 */
public record RouteRule(String id, Phase from, Condition when, Phase to, String reason) {}
