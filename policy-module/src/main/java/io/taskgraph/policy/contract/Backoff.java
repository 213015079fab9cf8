package io.taskgraph.policy.contract;

/**
 * How long a task waits before it is tried again: exponentially longer, with bounded jitter (Brooker, "Exponential Backoff
 * And Jitter", AWS Architecture Blog, 2015). Where {@code firstMillis} is 0 it does not wait.
 *
 * @param firstMillis before the second attempt, in milliseconds
 * @param factor by how much longer before each further one, 1 to 10
 * @param mostMillis never longer than this, in milliseconds, jitter included
 * @param jitterPercent up to so much is added or taken away, 0 to 100
 */
public record Backoff(long firstMillis, int factor, long mostMillis, int jitterPercent) {
    /** It does not wait. */
    public static final Backoff NONE = new Backoff(0, 2, 60_000, 20);

    /**
     * How long to wait.
     *
     * @param failures attempts that have failed, from 1
     * @param dice any number: the same one gives the same jitter
     * @return milliseconds, at least 0
     */
    public long millis(int failures, long dice) {
        if (firstMillis == 0) {
            return 0;
        }
        long wait = firstMillis;
        for (int i = 1; i < failures && wait < mostMillis; i++) {
            wait = wait > mostMillis / factor ? mostMillis : wait * factor;
        }
        wait = Math.min(wait, mostMillis);
        long span = wait / 100 * jitterPercent + wait % 100 * jitterPercent / 100;
        long shift = span == 0 ? 0 : Math.floorMod(dice, 2 * span + 1) - span;
        return Math.max(0, Math.min(mostMillis, wait + shift));
    }
}
