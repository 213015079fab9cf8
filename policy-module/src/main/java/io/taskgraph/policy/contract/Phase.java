package io.taskgraph.policy.contract;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a run is, and where it may go from there under the contract. A document may narrow that, never widen it. */
public enum Phase {
    IDLE,
    PLANNING,
    AWAIT_APPROVAL,
    EXECUTING,
    RECONCILING,
    AWAIT_USER,
    SYNTHESIZING,
    COMPLETED,
    FAILED;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its key in a document. */
    public String key() {
        return key;
    }

    /** The phases that the contract lets follow this one. */
    public Set<Phase> next() {
        return Collections.unmodifiableSet(
                switch (this) {
                    case IDLE -> EnumSet.of(PLANNING);
                    case PLANNING -> EnumSet.of(AWAIT_APPROVAL, EXECUTING, FAILED);
                    case AWAIT_APPROVAL -> EnumSet.of(EXECUTING, FAILED, IDLE);
                    case EXECUTING -> EnumSet.of(RECONCILING, SYNTHESIZING, FAILED, AWAIT_USER);
                    case RECONCILING -> EnumSet.of(EXECUTING, SYNTHESIZING, FAILED, AWAIT_USER);
                    case AWAIT_USER -> EnumSet.of(EXECUTING, RECONCILING, FAILED, IDLE);
                    case SYNTHESIZING -> EnumSet.of(COMPLETED, FAILED);
                    case COMPLETED, FAILED -> EnumSet.of(IDLE);
                });
    }
}
