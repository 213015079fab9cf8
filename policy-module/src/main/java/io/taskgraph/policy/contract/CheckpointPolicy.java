package io.taskgraph.policy.contract;

import java.util.EnumSet;
import java.util.Set;

/**
 * When checkpoints are taken and how many are kept; where the flag {@code trace_replay} is on.
 *
 * @param at the phases at whose beginning one is taken; a phase that a decision only passes through has none
 * @param agents whether agents may take them
 * @param keep how many of a run are kept: the oldest makes way
 */
public record CheckpointPolicy(Set<Phase> at, boolean agents, int keep) {
    /** What a document gets that leaves the section out. */
    public static final CheckpointPolicy DEFAULT = new CheckpointPolicy(Set.of(), true, 20);

    public CheckpointPolicy {
        EnumSet<Phase> inOrder = EnumSet.noneOf(Phase.class);
        inOrder.addAll(at);
        at = java.util.Collections.unmodifiableSet(inOrder);
    }
}
