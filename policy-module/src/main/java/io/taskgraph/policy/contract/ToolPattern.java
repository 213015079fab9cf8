package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Glob;

/**
 * A pattern of tool names.
 *
 * @param text the pattern, as {@link Glob} reads it
 */
record ToolPattern(String text) {
    /** Whether a tool's name is of the pattern. */
    boolean matches(String tool) {
        return Glob.matches(text, tool);
    }
}
