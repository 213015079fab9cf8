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

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                char x = Character.toLowerCase(a.charAt(i - 1));
                char y = Character.toLowerCase(b.charAt(j - 1));
                int change = previous[j - 1] + (x == y ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
