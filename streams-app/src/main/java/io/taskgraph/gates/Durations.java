package io.taskgraph.gates;

import java.util.Map;
import java.util.TreeMap;

/**
 * How long things took, in milliseconds: counts in buckets that are at most a sixteenth of their value wide, so that what
 * is kept does not grow with what is counted. A percentile is exact to that sixteenth, and never told too small.
 */
public final class Durations {
    private static final int BITS = 4;

    private final TreeMap<Long, Long> buckets = new TreeMap<>();
    private long count;
    private long longest;

    void add(long millis) {
        long d = Math.max(0, millis);
        buckets.merge(top(d), 1L, Long::sum);
        count++;
        longest = Math.max(longest, d);
    }

    void add(Durations other) {
        other.buckets.forEach((top, n) -> buckets.merge(top, n, Long::sum));
        count += other.count;
        longest = Math.max(longest, other.longest);
    }

    /** The greatest value of the bucket. */
    private static long top(long d) {
        int shift = Math.max(0, 64 - Long.numberOfLeadingZeros(d) - BITS - 1);
        return (d >> shift) + 1 << shift;
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** The longest; 0 if there were none. */
    public long longest() {
        return longest;
    }

    /**
     * What so many percent of them did not exceed; 0 if there were none.
     *
     * @param percent 1 to 100
     */
    public long percentile(int percent) {
        long rank = (count * percent + 99) / 100;
        long seen = 0;
        for (Map.Entry<Long, Long> b : buckets.entrySet()) {
            seen += b.getValue();
            if (seen >= rank) {
                return Math.min(longest, b.getKey() - 1);
            }
        }
        return 0;
    }
}
