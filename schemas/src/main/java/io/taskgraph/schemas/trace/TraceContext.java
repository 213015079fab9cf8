package io.taskgraph.schemas.trace;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which trace something belongs to, as the W3C Recommendation "Trace Context" (23 November 2021) has it: what a producer
 * gives in {@code traceparent} and {@code tracestate}. What does not follow its grammar is no context: it is ignored and
 * harms nobody.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param parentId the span that goes on here: 16 lower-case hex digits, not all zero
 * @param sampled whether whoever began the trace may have recorded it
 * @param state entries of tracing systems, {@code key=value} separated by commas; may be empty, at most 512 characters
 */
public record TraceContext(String traceId, String parentId, boolean sampled, String state) {
    /** The most characters of {@code state} that are kept: what the recommendation asks everybody to hand on. */
    public static final int MOST_STATE = 512;

    /** No more than these are allowed in a list. */
    private static final int MOST_ENTRIES = 32;
    /** Entries longer than this go first where a list is too long. */
    private static final int LONG_ENTRY = 128;

    private static final Pattern PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", Pattern.DOTALL);
    private static final Pattern ZEROS = Pattern.compile("0+");
    private static final Pattern ENTRY =
            Pattern.compile("([a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
                    + "=([\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e])");

    /**
     * The context that somebody gave.
     *
     * @param traceparent the header's value; null: none
     * @param tracestate the header's value, several of them joined by commas; null: none. If it does not follow its grammar
     *     it is as if there were none
     * @return empty if there is no {@code traceparent} or it does not follow its grammar
     */
    public static Optional<TraceContext> parse(String traceparent, String tracestate) {
        Matcher m = traceparent == null ? null : PARENT.matcher(traceparent);
        if (m == null || !m.matches()) {
            return Optional.empty();
        }
        String version = m.group(1);
        boolean longer = m.group(5) != null;
        boolean known = version.equals("00") && !longer || !version.equals("00") && !version.equals("ff");
        if (!known
                || ZEROS.matcher(m.group(2)).matches()
                || ZEROS.matcher(m.group(3)).matches()) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(m.group(4), 16) & 1) == 1;
        return Optional.of(new TraceContext(m.group(2), m.group(3), sampled, state(tracestate)));
    }

    private static String state(String list) {
        if (list == null) {
            return "";
        }
        List<String> entries = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (String one : list.split(",", -1)) {
            String entry = trimmed(one);
            if (entry.isEmpty()) {
                continue;
            }
            Matcher m = ENTRY.matcher(entry);
            if (!m.matches() || !keys.add(m.group(1)) || entries.size() == MOST_ENTRIES) {
                return "";
            }
            entries.add(entry);
        }
        for (int i = entries.size() - 1; i >= 0 && length(entries) > MOST_STATE; i--) {
            if (entries.get(i).length() > LONG_ENTRY) {
                entries.remove(i);
            }
        }
        while (length(entries) > MOST_STATE) {
            entries.remove(entries.size() - 1);
        }
        return String.join(",", entries);
    }

    /** Without the blanks and tabs around it that a list may have. */
    private static String trimmed(String entry) {
        int from = 0;
        int to = entry.length();
        while (from < to && (entry.charAt(from) == ' ' || entry.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (entry.charAt(to - 1) == ' ' || entry.charAt(to - 1) == '\t')) {
            to--;
        }
        return entry.substring(from, to);
    }

    private static int length(List<String> entries) {
        return entries.stream().mapToInt(e -> e.length() + 1).sum() - (entries.isEmpty() ? 0 : 1);
    }

    /** The same trace, going on in that span. */
    public TraceContext in(String spanId) {
        return new TraceContext(traceId, spanId, sampled, state);
    }

    /** As the header {@code traceparent} has it, version 00. */
    public String traceparent() {
        return "00-" + traceId + "-" + parentId + (sampled ? "-01" : "-00");
    }
}
