package io.taskgraph.engine;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Budget;
import io.taskgraph.policy.contract.Bounds;
import java.util.function.ToLongFunction;

/**
 * Amounts of what agents use up, each at least 0: an immutable value. Sums end at {@link Long#MAX_VALUE} instead of running
 * over.
 *
 * @param tokens model tokens
 * @param costMicros money in micro-units of the policy's currency
 * @param millis working time in milliseconds
 */
public record Usage(long tokens, long costMicros, long millis) {
    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, 0);
    /** The most that may be reported at once: far more than anybody has, and far from the end of the numbers. */
    static final long MOST = 1L << 53;

    /** One of the three, by the name that facts and rejections give it. */
    enum Resource {
        TOKENS("tokens", Usage::tokens, Bounds::tokens),
        COST_MICROS("cost_micros", Usage::costMicros, Bounds::costMicros),
        MILLIS("millis", Usage::millis, Bounds::millis);

        private final String key;
        private final ToLongFunction<Usage> amount;
        private final java.util.function.Function<Bounds, Long> bound;

        Resource(String key, ToLongFunction<Usage> amount, java.util.function.Function<Bounds, Long> bound) {
            this.key = key;
            this.amount = amount;
            this.bound = bound;
        }

        String key() {
            return key;
        }

        long of(Usage u) {
            return amount.applyAsLong(u);
        }

        boolean bounded(Bounds b) {
            return bound.apply(b) != null;
        }

        /** The bound, or {@link Long#MAX_VALUE} if there is none. */
        long of(Bounds b) {
            Long bounded = bound.apply(b);
            return bounded == null ? Long.MAX_VALUE : bounded;
        }
    }

    static Usage of(Amounts a) {
        return a == null ? NONE : new Usage(a.getTokens(), a.getCostMicros(), a.getMillis());
    }

    /** In the schemas' words. */
    public Amounts toAmounts() {
        return new Amounts(tokens, costMicros, millis);
    }

    static Bounds bounds(Budget b) {
        return b == null ? Bounds.NONE : new Bounds(b.getTokens(), b.getCostMicros(), b.getMillis());
    }

    /** Bounds in the schemas' words, or null if there are none. */
    public static Budget budget(Bounds b) {
        return b.equals(Bounds.NONE) ? null : new Budget(b.tokens(), b.costMicros(), b.millis());
    }

    /** The tighter of the two, resource by resource. */
    static Bounds tighter(Bounds a, Bounds b) {
        return new Bounds(
                least(a.tokens(), b.tokens()), least(a.costMicros(), b.costMicros()), least(a.millis(), b.millis()));
    }

    /** The bounds, and where they say nothing those of the other. */
    static Bounds orElse(Bounds b, Bounds other) {
        return new Bounds(
                b.tokens() == null ? other.tokens() : b.tokens(),
                b.costMicros() == null ? other.costMicros() : b.costMicros(),
                b.millis() == null ? other.millis() : b.millis());
    }

    private static Long least(Long a, Long b) {
        return a == null ? b : b == null ? a : Long.valueOf(Math.min(a, b));
    }

    Usage plus(Usage o) {
        return new Usage(sum(tokens, o.tokens), sum(costMicros, o.costMicros), sum(millis, o.millis));
    }

    /** The difference, resource by resource, and nothing where it would be less. */
    Usage minus(Usage o) {
        return new Usage(
                Math.max(0, tokens - o.tokens), Math.max(0, costMicros - o.costMicros), Math.max(0, millis - o.millis));
    }

    /** The larger of the two, resource by resource. */
    Usage max(Usage o) {
        return new Usage(Math.max(tokens, o.tokens), Math.max(costMicros, o.costMicros), Math.max(millis, o.millis));
    }

    private static long sum(long a, long b) {
        long s = a + b;
        return s < 0 ? Long.MAX_VALUE : s;
    }
}
