package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.TrustLevel;
import java.util.List;
import java.util.Optional;

/**
 * Whether an extension may be used, and why.
 *
 * @param findings rule by rule, in the order of the rules; where the envelope or the manifest cannot be read, nothing comes after
 * @param level how far it is trusted in this context; {@link TrustLevel#UNTRUSTED} if nothing speaks for it
 * @param grant what may be used; empty: nothing
 */
public record UseVerdict(List<Finding> findings, TrustLevel level, Optional<Grant> grant) {
    /** Copies the findings. */
    public UseVerdict {
        findings = List.copyOf(findings);
    }

    /** Whether it may be used. */
    public boolean isAllowed() {
        return grant.isPresent();
    }

    /** The first rule that does not hold; empty if it may be used. */
    public Optional<Finding> refusal() {
        return findings.stream().filter(f -> !f.holds()).findFirst();
    }
}
