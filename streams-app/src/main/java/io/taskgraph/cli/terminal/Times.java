package io.taskgraph.cli.terminal;

import java.util.Locale;

/** Durations as people read them. */
public final class Times {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Times() {}

    /** In the two greatest units that say something: {@code 0.8 s}, {@code 42 s}, {@code 2 m 05 s}, {@code 3 h 12 m}, {@code 4 d 02 h}. */
    public static String of(long millis) {
        long ms = Math.max(0, millis);
        if (ms < 10 * SECOND) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
        }
        if (ms < MINUTE) {
            return ms / SECOND + " s";
        }
        if (ms < HOUR) {
            return String.format(Locale.ROOT, "%d m %02d s", ms / MINUTE, ms % MINUTE / SECOND);
        }
        if (ms < DAY) {
            return String.format(Locale.ROOT, "%d h %02d m", ms / HOUR, ms % HOUR / MINUTE);
        }
        return String.format(Locale.ROOT, "%d d %02d h", ms / DAY, ms % DAY / HOUR);
    }
}
