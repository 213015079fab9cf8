package io.taskgraph.policy.contract;

/**
 * How much may be used up.
 *
 * @param tokens tokens of models; null: no bound
 * @param costMicros millionths of the budget's currency; null: no bound
 * @param millis milliseconds of attempts; null: no bound
 */
public record Bounds(Long tokens, Long costMicros, Long millis) {
    /** No bound at all. */
    public static final Bounds NONE = new Bounds(null, null, null);
}
