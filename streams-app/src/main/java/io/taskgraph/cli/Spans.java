package io.taskgraph.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them on the command line. */
final class Spans {
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h)");

    private Spans() {}

    /** {@code 500ms}, {@code 30s}, {@code 10m}, {@code 1h}; empty if it is nothing of that. */
    static Optional<Duration> parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        return m.matches()
                ? Optional.of(Duration.ofMillis(Long.parseLong(m.group(1)) * MILLIS.get(m.group(2))))
                : Optional.empty();
    }
}
