package io.taskgraph.spec;

import io.taskgraph.avro.Budget;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Budgets as people write them: {@code tokens: 100000}, {@code cost: "12.50"}, {@code time: 2h}. */
public final class BudgetText {
    /** More tokens than this a program that calculates with doubles would miscount. */
    public static final long MOST_TOKENS = 1L << 53;

    private static final Pattern TOKENS = Pattern.compile("[0-9]{1,16}");
    private static final Pattern COST = Pattern.compile("[0-9]{1,9}([.][0-9]{1,6})?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h)");
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);
    private static final int MICRO_DIGITS = 6;

    private BudgetText() {}

    /** A number of tokens; empty if it is none. */
    public static Optional<Long> tokens(String text) {
        return Optional.of(text.strip())
                .filter(t -> TOKENS.matcher(t).matches())
                .map(Long::valueOf)
                .filter(tokens -> tokens <= MOST_TOKENS);
    }

    /** An amount of money such as {@code 12.50}, in micro-units; empty if it is none. */
    public static Optional<Long> costMicros(String text) {
        return Optional.of(text.strip())
                .filter(t -> COST.matcher(t).matches())
                .map(t -> new BigDecimal(t).movePointRight(MICRO_DIGITS).longValueExact());
    }

    /** A duration such as {@code 30s}, {@code 10m} or {@code 2h}, in milliseconds; empty if it is none. */
    public static Optional<Long> millis(String text) {
        Matcher written = TIME.matcher(text.strip());
        return written.matches()
                ? Optional.of(Long.parseLong(written.group(1)) * MILLIS.get(written.group(2)))
                : Optional.empty();
    }

    /** Micro-units of money as people write them, with two decimals or as many as there are: {@code 12.50}. */
    public static String cost(long micros) {
        BigDecimal amount = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
        return amount.setScale(Math.max(2, amount.scale())).toPlainString();
    }

    /** The budget of a mapping that its format's schema has found right. */
    static Budget of(Fields fields) {
        return new Budget(
                fields.integer("tokens").orElse(null),
                fields.text("cost").flatMap(BudgetText::costMicros).orElse(null),
                fields.text("time").flatMap(BudgetText::millis).orElse(null));
    }
}
