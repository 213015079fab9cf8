package io.taskgraph.policy.contract;

import java.util.Set;

/**
 * Which results wait for a reviewer before their task is done.
 *
 * @param risks of tasks with these risks
 * @param rejections from so many failed attempts on, one whose result is sent back counts as not worth another
 */
public record Review(Set<Risk> risks, int rejections) {
    /** None. */
    public static final Review NONE = new Review(Set.of(), 2);
}
