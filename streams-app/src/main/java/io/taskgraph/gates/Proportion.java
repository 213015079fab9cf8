package io.taskgraph.gates;

/**
 * So many of so many, and what that tells of what is behind it: the score interval of E. B. Wilson, "Probable inference, the
 * law of succession, and statistical inference", Journal of the American Statistical Association 22 (1927), which keeps to
 * its level also for few trials and for shares near 0 and 1.
 *
 * @param good successes, 0 to {@code trials}
 * @param trials 0 or more
 */
public record Proportion(long good, long trials) {
    /** @throws IllegalArgumentException if there are more successes than trials */
    public Proportion {
        if (good < 0 || good > trials) {
            throw new IllegalArgumentException(good + " of " + trials + " is no proportion");
        }
    }

    /** The interval's lower end, 0 if nothing was tried. */
    public double lower(double z) {
        return trials == 0 ? 0 : Math.max(0, centre(z) - half(z));
    }

    /** The interval's upper end, 1 if nothing was tried. */
    public double upper(double z) {
        return trials == 0 ? 1 : Math.min(1, centre(z) + half(z));
    }

    private double centre(double z) {
        double p = (double) good / trials;
        return (p + z * z / (2.0 * trials)) / (1 + z * z / trials);
    }

    private double half(double z) {
        double p = (double) good / trials;
        return z * Math.sqrt(p * (1 - p) / trials + z * z / (4.0 * trials * trials)) / (1 + z * z / trials);
    }
}
