package io.taskgraph.policy.contract;

/**
 * A watch on behaviour.
 *
 * @param kind what it watches
 * @param percent how much of the limit trips it, 1 to 100
 * @param response what follows
 */
public record Guard(GuardKind kind, int percent, Response response) {}
