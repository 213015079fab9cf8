package io.taskgraph.policy.contract;

import java.util.Set;

/**
 * Which results wait for a reviewer before their task is done.
 *
 * @param risks of tasks with these risks
 * @param rejections how often a result may be sent back before the task fails
 */
public record Review(Set<Risk> risks, int rejections) {
    /** None. */
    public static final Review NONE = new Review(Set.of(), 2);
}
