package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.TrustLevel;
import java.util.List;
import java.util.Optional;

/**
 * What speaks for a version of an extension, whoever asks: its envelope, manifest, revocations, signatures, pins and statements.
 *
 * @param findings rule by rule, in the order of the rules
 * @param level how far it is trusted: the least of what its signatures confer, its publisher's level and the ceiling that was
 *     asked for; {@link TrustLevel#UNTRUSTED} if a rule does not hold
 * @param untilMillis until when this is so, exclusive; if no rule fails
 */
public record Evidence(List<Finding> findings, TrustLevel level, long untilMillis) {
    /** Copies the findings. */
    public Evidence {
        findings = List.copyOf(findings);
    }

    /** Whether all of it holds: what a proposed version needs to be verified. */
    public boolean holds() {
        return findings.stream().allMatch(Finding::holds);
    }

    /** The first rule that does not hold. */
    public Optional<Finding> refusal() {
        return findings.stream().filter(f -> !f.holds()).findFirst();
    }
}
