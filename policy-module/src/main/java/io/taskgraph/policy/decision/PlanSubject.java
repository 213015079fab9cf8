package io.taskgraph.policy.decision;

/**
 * The run's plan: its tasks that are not archived, by their risk; unknown is destructive.
 *
 * @param tasks all of them
 * @param failed those that ended in failure
 */
public record PlanSubject(int tasks, int read, int write, int exec, int destructive, int failed) {}
