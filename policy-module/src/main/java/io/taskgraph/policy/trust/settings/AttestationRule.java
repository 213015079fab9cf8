package io.taskgraph.policy.trust.settings;

import io.taskgraph.policy.document.Glob;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.attest.PredicateKind;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A statement that must have been made about every artifact of an extension.
 *
 * @param name what the policy calls the rule by
 * @param predicate what kind of statement: a word of {@link PredicateKind}, or the URI of a predicate type
 * @param keys the names of the keys whose statements count; at least one
 * @param threshold how many different ones of the keys must have made it, from 1 to their number
 * @param capabilities it is asked of extensions that ask for one of these; empty: their capabilities do not matter
 * @param trust it is asked where the context's level is at least this; empty: the level does not matter
 * @param maxAgeMillis how long ago at most what it tells of ended; 0: any time
 * @param by patterns of who may have done it (a builder's id, a scanner's); empty: anybody
 * @param mostFindings how much a scan may have found at most
 */
public record AttestationRule(
        String name,
        String predicate,
        SortedSet<String> keys,
        int threshold,
        Set<Capability> capabilities,
        Optional<TrustLevel> trust,
        long maxAgeMillis,
        List<String> by,
        int mostFindings) {
    /** Copies and sorts. */
    public AttestationRule {
        keys = Collections.unmodifiableSortedSet(new TreeSet<>(keys));
        Set<Capability> some = EnumSet.noneOf(Capability.class);
        some.addAll(capabilities);
        capabilities = Collections.unmodifiableSet(some);
        by = by.stream().sorted().distinct().toList();
    }

    /** Whether it is asked of an extension with these capabilities at this level. With neither named it is asked always. */
    public boolean applies(Set<Capability> asked, TrustLevel level) {
        boolean byCapability = capabilities.stream().anyMatch(asked::contains);
        boolean byLevel = trust.isPresent() && level.compareTo(trust.get()) >= 0;
        return capabilities.isEmpty() && trust.isEmpty() || byCapability || byLevel;
    }

    /** Whether a statement of this type is of the kind. */
    public boolean isOfKind(String predicateType) {
        return PredicateKind.named(predicate)
                .map(kind -> kind.types().contains(predicateType))
                .orElse(predicate.equals(predicateType));
    }

    /** Whether it may have been done by somebody. */
    public boolean mayBeBy(String somebody) {
        return by.isEmpty() || by.stream().anyMatch(pattern -> Glob.matches(pattern, somebody));
    }
}
