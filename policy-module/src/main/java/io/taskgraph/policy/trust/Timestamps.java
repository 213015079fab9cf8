package io.taskgraph.policy.trust;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Points in time as documents write them (RFC 3339), in milliseconds since 1970 UTC here. */
public final class Timestamps {
    /** What is accepted, for an error message. */
    public static final String FORM = "a time such as 2026-01-31T12:00:00Z, from 1970 to 9999";

    private static final int LONGEST = 40;
    private static final long AFTER_9999 = 253_402_300_800_000L;

    private Timestamps() {}

    /** Reads a time with its offset; what is below a millisecond is cut off. Empty if it is none, or out of range. */
    public static Optional<Long> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            long millis = OffsetDateTime.parse(text).toInstant().toEpochMilli();
            return millis >= 0 && millis < AFTER_9999 ? Optional.of(millis) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The one way in which it is written here: in UTC. */
    public static String write(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
