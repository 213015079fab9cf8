package io.taskgraph.policy.contract;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** Amounts of money: exact, in millionths of whatever currency. */
final class Money {
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");

    private Money() {}

    /** Reads {@code 12.50}; empty if the text is no amount that can be kept exactly. */
    static Optional<Long> micros(String text) {
        return AMOUNT.matcher(text).matches()
                ? Optional.of(new BigDecimal(text).movePointRight(6).longValueExact())
                : Optional.empty();
    }

    /** Writes with two places behind the point, or as many more as it takes. */
    static String text(long micros) {
        BigDecimal amount = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return (amount.scale() < 2 ? amount.setScale(2) : amount).toPlainString();
    }
}
