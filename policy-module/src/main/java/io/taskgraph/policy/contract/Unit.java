package io.taskgraph.policy.contract;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a cap's number is written: a plain count, a number of bytes, or a duration. */
enum Unit {
    /** {@code 64}. */
    COUNT("a whole number", Map.of(), true),
    /** {@code 65536} or {@code 64KiB}. */
    BYTES("a number of bytes such as 65536 or 64KiB", suffixes("B", 1, "KiB", 1024, "MiB", 1024 * 1024), true),
    /** {@code 30s}; without a unit it would be anybody's guess, so that is refused. */
    MILLIS(
            "a duration such as 500ms, 30s, 10m or 1h",
            suffixes("ms", 1, "s", 1_000, "m", 60_000, "h", 3_600_000),
            false);

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private final String form;
    private final Map<String, Long> suffixes;
    private final boolean bareAllowed;

    Unit(String form, Map<String, Long> suffixes, boolean bareAllowed) {
        this.form = form;
        this.suffixes = suffixes;
        this.bareAllowed = bareAllowed;
    }

    /** What is accepted, for an error message. */
    String form() {
        return form;
    }

    /** Reads a number with its suffix; empty if it is not of this form. Saturates at {@link Long#MAX_VALUE}. */
    Optional<Long> read(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return Optional.empty();
        }
        String suffix = written.group(2);
        Long factor = suffix.isEmpty() ? (bareAllowed ? Long.valueOf(1) : null) : suffixes.get(suffix);
        if (factor == null) {
            return Optional.empty();
        }
        BigInteger value = new BigInteger(written.group(1)).multiply(BigInteger.valueOf(factor));
        return Optional.of(value.min(MOST).longValue());
    }

    /** The canonical form: the largest suffix that leaves a whole number. */
    String write(long value) {
        String suffix = bareAllowed ? "" : "ms";
        long factor = 1;
        if (value != 0) {
            for (Map.Entry<String, Long> candidate : suffixes.entrySet()) {
                if (candidate.getValue() > factor && value % candidate.getValue() == 0) {
                    suffix = candidate.getKey();
                    factor = candidate.getValue();
                }
            }
        }
        return value / factor + suffix;
    }

    private static Map<String, Long> suffixes(Object... pairs) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], ((Number) pairs[i + 1]).longValue());
        }
        return map;
    }
}
