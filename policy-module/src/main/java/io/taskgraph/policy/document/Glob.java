package io.taskgraph.policy.document;

/** Patterns of names: {@code *} stands for any run of characters, {@code ?} for one, all else for itself. */
public final class Glob {
    private Glob() {}

    /** Whether a name is of a pattern. Cost: at worst the product of both lengths; nothing is tried twice. */
    public static boolean matches(String pattern, String name) {
        int p = 0;
        int star = -1;
        int mark = 0;
        int t = 0;
        while (t < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(t))) {
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
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
