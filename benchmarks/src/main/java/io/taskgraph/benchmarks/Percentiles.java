package io.taskgraph.benchmarks;

import java.util.Arrays;

/**
 * Of a sample.
 *
 * @param count how many
 * @param p50 the median, in the sample's unit
 */
record Percentiles(int count, double p50, double p90, double p99, double max) {
    /** By nearest rank; all zero for an empty sample. */
    static Percentiles of(double[] sample) {
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
