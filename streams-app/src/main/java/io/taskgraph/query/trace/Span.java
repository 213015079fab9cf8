package io.taskgraph.query.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A stretch of time of a run in which one thing went on. Grows while its run's decisions are told. */
public final class Span {
    /** Events of one span that are kept; further ones are counted. A task whose reports are refused all day stays small. */
    static final int MOST_EVENTS = 1_000;

    /** What goes on. */
    public enum Kind {
        RUN,
        PHASE,
        TASK,
        ATTEMPT,
        APPROVAL
    }

    /** How it ended. */
    public enum Status {
        /** Nothing is to be said of it, or it has not ended. */
        UNSET,
        OK,
        ERROR
    }

    /**
     * Something that happened at one moment.
     *
     * @param at milliseconds since the epoch
     * @param attributes texts, whole numbers and truth values by name
     */
    public record Moment(long at, String name, Map<String, Object> attributes) {}

    private final Kind kind;
    private final String id;
    private final String parentId;
    private final String name;
    private final long start;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final List<Moment> events = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private int dropped;
    private long end = -1;
    private Status status = Status.UNSET;
    private String message = "";

    Span(Kind kind, String id, String parentId, String name, long start) {
        this.kind = kind;
        this.id = id;
        this.parentId = parentId;
        this.name = name;
        this.start = start;
    }

    Span with(String attribute, Object value) {
        if (value != null && !"".equals(value)) {
            attributes.put(attribute, value);
        }
        return this;
    }

    void event(Moment moment) {
        if (events.size() < MOST_EVENTS) {
            events.add(moment);
        } else {
            dropped++;
        }
    }

    void link(String spanId) {
        links.add(spanId);
    }

    void end(long at, Status how, String why) {
        end = at;
        status = how;
        message = why == null ? "" : why;
    }

    /** It had ended, and goes on. */
    void reopen() {
        end = -1;
        status = Status.UNSET;
        message = "";
    }

    boolean isOpen() {
        return end < 0;
    }

    public Kind kind() {
        return kind;
    }

    /** Sixteen hex digits. */
    public String id() {
        return id;
    }

    /** The span that it is part of; null: none. */
    public String parentId() {
        return parentId;
    }

    public String name() {
        return name;
    }

    /** Milliseconds since the epoch. */
    public long start() {
        return start;
    }

    /** Milliseconds since the epoch; -1: it goes on. */
    public long end() {
        return end;
    }

    public Status status() {
        return status;
    }

    /** Why it has that status; may be empty. */
    public String message() {
        return message;
    }

    /** Texts, whole numbers and truth values by name, in a fixed order. */
    public Map<String, Object> attributes() {
        return attributes;
    }

    public List<Moment> events() {
        return events;
    }

    /** How many further events there were. */
    public int dropped() {
        return dropped;
    }

    /** Ids of the spans of the tasks that this one depends on. */
    public List<String> links() {
        return links;
    }
}
