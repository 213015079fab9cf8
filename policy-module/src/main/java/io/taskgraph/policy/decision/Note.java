package io.taskgraph.policy.decision;

/**
 * A rule that is only tried out and would have answered otherwise, or that could not be evaluated.
 *
 * @param rule its id
 * @param enforcement {@link Enforcement#WARN} or {@link Enforcement#AUDIT}
 * @param verdict what the question's answer would have been by it
 * @param reason its reason, or why it could not be evaluated
 */
public record Note(String rule, Enforcement enforcement, Verdict verdict, String reason) {}
