package io.taskgraph.policy.decision;

import java.util.List;

/**
 * A judgement and how it came about.
 *
 * @param judgement what {@code judge} answers
 * @param steps everything that was looked at, in the order of looking
 */
public record Explanation(Judgement judgement, List<Step> steps) {
    /** Copies the steps. */
    public Explanation {
        steps = List.copyOf(steps);
    }
}
