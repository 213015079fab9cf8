package io.taskgraph.policy.contract;

/**
 * What a run may use up.
 *
 * @param currency three capital letters such as {@code USD}
 * @param run all tasks of the run together
 * @param task each attempt of a task that brings no budget of its own: this is reserved when it is dispatched
 */
public record Budgets(String currency, Bounds run, Bounds task) {
    /** No bound at all. */
    public static final Budgets NONE = new Budgets("USD", Bounds.NONE, Bounds.NONE);
}
