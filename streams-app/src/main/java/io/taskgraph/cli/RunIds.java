package io.taskgraph.cli;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Ids of new runs: what a person recognizes, and an end by which it differs from all others. */
final class RunIds {
    private static final String SIGNS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int ENDING = 5;
    private static final int MOST = 64;
    private static final RandomGenerator RANDOM = new SecureRandom();

    private RunIds() {}

    /** A fresh id for a run of that name. */
    static String of(String name) {
        StringBuilder id = new StringBuilder(slug(name)).append('-');
        for (int i = 0; i < ENDING; i++) {
            id.append(SIGNS.charAt(RANDOM.nextInt(SIGNS.length())));
        }
        return id.toString();
    }

    /** The name in lower-case letters, digits and single hyphens; {@code run} if nothing is left of it. */
    static String slug(String name) {
        String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        slug = slug.substring(0, Math.min(MOST, slug.length())).replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "run" : slug;
    }
}
