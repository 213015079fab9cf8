package io.taskgraph.policy.document;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class NearestName {
    private NearestName() {}

    /**
     * The candidate nearest to a word by edit distance, if it is near enough (a third of the word's length, at least
     * one edit) to be a slip. Among equally near ones the first in the candidates' order.
     */
    public static Optional<String> to(String word, Collection<String> candidates) {
        if (word.length() > 64) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code ", did you mean \"x\"?"} or, without a near candidate, the list of all of them. */
    public static String hint(String word, Collection<String> candidates) {
        return to(word, candidates)
                .map(name -> "did you mean \"" + name + "\"?")
                .orElseGet(() -> "known are " + String.join(", ", candidates));
    }

    /** Edits that turn one into the other: a letter more, less or another, or two neighbours swapped; case is ignored. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : fewest(a, b, i, j, edits);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int fewest(String a, String b, int i, int j, int[][] edits) {
        int change = edits[i - 1][j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1);
        int fewest = Math.min(change, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1);
        return swapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
    }

    private static boolean same(String a, int i, String b, int j) {
        return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
    }
}
