package io.taskgraph.policy.decision;

import io.taskgraph.policy.contract.Risk;

/**
 * The change of the graph that is asked for.
 *
 * @param operations how many operations it has
 * @param added tasks that it adds
 * @param updated tasks that it changes, their dependencies included
 * @param removed tasks that it removes
 * @param highestRisk the greatest risk among the tasks that it adds or changes; unknown is destructive
 */
public record PatchSubject(int operations, int added, int updated, int removed, Risk highestRisk) {}
