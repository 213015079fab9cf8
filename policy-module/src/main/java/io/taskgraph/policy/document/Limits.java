package io.taskgraph.policy.document;

/**
 * How much a document may hold before it is refused unread.
 *
 * @param characters the most characters of text
 * @param depth the deepest nesting
 * @param aliasedValues the most values that aliases may stand for together (see {@link Node#weight}), so that a few lines
 *     of YAML cannot become millions of values or gigabytes of text
 */
public record Limits(int characters, int depth, long aliasedValues) {}
