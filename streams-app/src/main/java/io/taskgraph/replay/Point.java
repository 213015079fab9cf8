package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/**
 * A point in a run's history: after one of its decisions, or at a time. Times of a run's decisions never run backwards, so
 * that each point is a prefix of its log.
 */
public final class Point {
    /** The end of the log, as it is when it is read. */
    public static final Point END = new Point(Long.MAX_VALUE, null);

    private final long sequence;
    private final Instant time;

    private Point(long sequence, Instant time) {
        this.sequence = sequence;
        this.time = time;
    }

    /**
     * After that decision.
     *
     * @param sequence at least 1
     */
    public static Point ofSequence(long sequence) {
        if (sequence < 1) {
            throw new IllegalArgumentException(
                    "Decisions are counted from 1: there is none with number " + sequence + ".");
        }
        return new Point(sequence, null);
    }

    /** After every decision that was made for that time or an earlier one, on the control plane's clock. */
    public static Point ofTime(Instant time) {
        return new Point(0, Objects.requireNonNull(time));
    }

    /**
     * What a person or a program writes: a sequence number, {@code end}, or a time in ISO 8601 with its offset.
     *
     * @throws IllegalArgumentException if it is none of them; the message is one sentence
     */
    public static Point parse(String text) {
        if (text.equals("end")) {
            return END;
        }
        if (text.matches("[0-9]{1,18}")) {
            return ofSequence(Long.parseLong(text));
        }
        try {
            return ofTime(java.time.OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text
                    + "' is no point in a run's history: give a decision's sequence number, a time as"
                    + " 2026-01-31T12:00:00Z (with its offset), or end.");
        }
    }

    /** Whether the decision is not after this point. */
    public boolean includes(Decision d) {
        return time == null ? d.getSequence() <= sequence : !d.getDecidedAt().isAfter(time);
    }

    /** The decision that it names, or 0 if it is a time or the end. */
    long sequence() {
        return time == null && sequence != Long.MAX_VALUE ? sequence : 0;
    }

    /** As in {@code at decision 17}. */
    @Override
    public String toString() {
        if (time != null) {
            return "at " + time;
        }
        return sequence == Long.MAX_VALUE ? "at the end of its log" : "at decision " + sequence;
    }
}
