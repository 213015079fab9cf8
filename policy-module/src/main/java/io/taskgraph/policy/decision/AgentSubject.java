package io.taskgraph.policy.decision;

/**
 * Who asks, as the topic's authenticated writer says.
 *
 * @param name the worker's or writer's name
 * @param type the agent type it works as; empty: none
 */
public record AgentSubject(String name, String type) {}
