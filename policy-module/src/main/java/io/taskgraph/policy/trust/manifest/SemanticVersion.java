package io.taskgraph.policy.trust.manifest;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version as semver.org 2.0.0 has it. Compared by precedence, which build metadata is no part of: {@code 1.0.0+a} and
 * {@code 1.0.0+b} compare as equal and are not equal.
 *
 * @param text the version as written, at most 64 characters
 */
public record SemanticVersion(String text) implements Comparable<SemanticVersion> {
    /** What is accepted, for an error message. */
    public static final String FORM =
            "a version such as 1.4.0 or 2.0.0-rc.1 (semver.org 2.0.0), of at most 64 characters";

    private static final int LONGEST = 64;
    private static final String NUMBER = "(?:0|[1-9][0-9]*+)";
    private static final String LABEL = "(?:0|[1-9][0-9]*+(?![0-9A-Za-z-])|[0-9]*+[A-Za-z-][0-9A-Za-z-]*+)";
    private static final Pattern WRITTEN = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-" + LABEL
            + "(?:\\." + LABEL + ")*+)?(?:\\+[0-9A-Za-z-]++(?:\\.[0-9A-Za-z-]++)*+)?");

    /**
     * A version.
     *
     * @throws IllegalArgumentException if it is none
     */
    public SemanticVersion {
        if (!isVersion(text)) {
            throw new IllegalArgumentException("not " + FORM);
        }
    }

    /** Reads a version; empty if it is none. */
    public static Optional<SemanticVersion> parse(String text) {
        return isVersion(text) ? Optional.of(new SemanticVersion(text)) : Optional.empty();
    }

    private static boolean isVersion(String text) {
        return text.length() <= LONGEST && WRITTEN.matcher(text).matches();
    }

    /** By precedence (semver.org 2.0.0, 11). */
    @Override
    public int compareTo(SemanticVersion other) {
        String[] mine = halves();
        String[] theirs = other.halves();
        int byNumbers = compare(mine[0].split("\\."), theirs[0].split("\\."));
        if (byNumbers != 0) {
            return byNumbers;
        }
        // A version before its release comes before it.
        if (mine[1].isEmpty() || theirs[1].isEmpty()) {
            return Boolean.compare(mine[1].isEmpty(), theirs[1].isEmpty());
        }
        return compare(mine[1].split("\\."), theirs[1].split("\\."));
    }

    /** Numbers and pre-release labels, without build metadata. */
    private String[] halves() {
        int build = text.indexOf('+');
        String version = build < 0 ? text : text.substring(0, build);
        int labels = version.indexOf('-');
        return labels < 0
                ? new String[] {version, ""}
                : new String[] {version.substring(0, labels), version.substring(labels + 1)};
    }

    private static int compare(String[] a, String[] b) {
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int c = compare(a[i], b[i]);
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    /** Numbers by size and before labels; labels by their characters. Numbers have no leading zeros and any length. */
    private static int compare(String a, String b) {
        boolean number = isNumber(a);
        if (number != isNumber(b)) {
            return number ? -1 : 1;
        }
        return number && a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return text;
    }
}
