package io.taskgraph.policy.contract;

import java.util.Locale;
import java.util.Optional;

/** A feature that a policy turns on; all are off unless a document says otherwise. In canonical order. */
public enum Flag {
    /** Patches after the run's plan was made. */
    MUTABLE_GRAPH,
    /** Failure modes other than failing fast, strategies, passes, back-off, compensation, review, repairs, rebase. */
    RECONCILE,
    /** Messages between agents. */
    PRIORITY_MAILBOX,
    /** Checkpoints, and runs that begin where another one stood. */
    TRACE_REPLAY,
    /** Gates that hold a run back when it does worse than before. */
    REGRESSION_GATES,
    /** Extensions, by the trust in who published them. */
    TRUST_GATING,
    /** Runs with a parent. */
    HIERARCHY;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its key in a document. */
    public String key() {
        return key;
    }

    /** The flag of that key, if there is one. */
    public static Optional<Flag> ofKey(String key) {
        for (Flag flag : values()) {
            if (flag.key.equals(key)) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }
}
