package io.taskgraph.policy.contract;

/**
 * A pattern of tool names.
 *
 * @param text the pattern: {@code *} stands for any run of characters, {@code ?} for one, all else for itself
 */
record ToolPattern(String text) {
    /** Whether a tool's name is of the pattern. Cost: at worst the product of both lengths; nothing is tried twice. */
    boolean matches(String tool) {
        int p = 0;
        int star = -1;
        int mark = 0;
        int t = 0;
        while (t < tool.length()) {
            if (p < text.length() && text.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < text.length() && (text.charAt(p) == '?' || text.charAt(p) == tool.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                // Let the last star stand for one character more; earlier ones need never be tried again.
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < text.length() && text.charAt(p) == '*') {
            p++;
        }
        return p == text.length();
    }
}
