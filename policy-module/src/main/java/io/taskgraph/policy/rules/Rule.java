package io.taskgraph.policy.rules;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Verdict;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A rule of a policy.
 *
 * @param id what judgements name it by; unique in its document
 * @param on the questions that it is asked about; not empty
 * @param when the condition under which it speaks
 * @param effect what it then answers; never {@link Verdict#AWAIT_APPROVAL} on a creation or a patch, which nothing can hold
 * @param reason why, for a person
 * @param enforcement what the answer is good for
 * @param priority among rules with the same answer the one with the greatest is named; it changes no verdict
 */
public record Rule(
        String id,
        Set<Asked> on,
        Condition when,
        Verdict effect,
        String reason,
        Enforcement enforcement,
        int priority) {
    /** Copies the questions. */
    public Rule {
        on = Collections.unmodifiableSet(EnumSet.copyOf(on));
    }
}
