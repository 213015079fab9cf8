package io.taskgraph.policy.contract;

import java.util.Set;

/**
 * Which results wait for a reviewer before their task is done.
 *
 * @param risks of tasks with these risks
 * @param rejections how many results of a task may be sent back before the next one counts as not worth another attempt
 */
public record Review(Set<Risk> risks, int rejections) {
    /** None. */
    public static final Review NONE = new Review(Set.of(), 2);
}
