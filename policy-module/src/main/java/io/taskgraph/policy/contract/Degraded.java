package io.taskgraph.policy.contract;

/**
 * From when on lost workers are one burst, a rack or a network, and not as many single losses: both must be met at once.
 *
 * @param lost at least so many of a run within one decision; 0: never
 * @param percent … which are at least so many of a hundred that it had
 */
public record Degraded(int lost, int percent) {
    /** Each loss is one by itself. */
    public static final Degraded NEVER = new Degraded(0, 50);

    /** Whether so many lost of so many workers are a burst. */
    public boolean by(int losses, int workers) {
        return lost > 0 && losses >= lost && losses * 100L >= (long) workers * percent;
    }
}
