package io.taskgraph.policy.trust.use;

/**
 * What came of one rule.
 *
 * @param rule the rule
 * @param holds whether it holds
 * @param detail why, or why not and what is missing: one sentence without a full stop
 */
public record Finding(TrustRule rule, boolean holds, String detail) {
    static Finding holds(TrustRule rule, String detail) {
        return new Finding(rule, true, detail);
    }

    static Finding fails(TrustRule rule, String detail) {
        return new Finding(rule, false, detail);
    }
}
