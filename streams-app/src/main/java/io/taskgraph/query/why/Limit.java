package io.taskgraph.query.why;

/**
 * A date that something follows from.
 *
 * @param name the cap or bound that sets it
 * @param at milliseconds since the epoch
 * @param then what follows
 */
public record Limit(String name, long at, String then) {}
