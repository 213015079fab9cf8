package io.taskgraph.policy.contract;

import java.util.Locale;

/** What a guard watches. */
public enum GuardKind {
    /** Actions within a minute, against {@code max_actions_per_minute}. */
    ACTION_RATE,
    /** The same action again and again, against {@code max_identical_actions}. */
    IDENTICAL_ACTIONS,
    /** What is spent of the run's budget. */
    BUDGET_NEARLY_SPENT;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in a document. */
    public String key() {
        return key;
    }
}
