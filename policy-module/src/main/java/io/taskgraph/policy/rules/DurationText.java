package io.taskgraph.policy.rules;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as CEL's conditions write them: {@code 90s}, {@code 1h30m}, {@code -1.5s}. */
final class DurationText {
    private static final Pattern PART = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(h|ms|us|ns|m|s)");
    private static final Map<String, Long> NANOS = Map.of(
            "h",
            3_600_000_000_000L,
            "m",
            60_000_000_000L,
            "s",
            1_000_000_000L,
            "ms",
            1_000_000L,
            "us",
            1_000L,
            "ns",
            1L);
    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    private DurationText() {}

    /** The duration, or null if the text is none. */
    static Duration read(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.isEmpty() || rest.length() > 64) {
            return null;
        }
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (part.lookingAt()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2)))));
            end = part.end();
            part.region(end, rest.length());
        }
        if (end != rest.length()) {
            return null;
        }
        BigInteger whole = negative ? nanos.toBigInteger().negate() : nanos.toBigInteger();
        BigInteger[] parts = whole.divideAndRemainder(BILLION);
        return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
    }
}
