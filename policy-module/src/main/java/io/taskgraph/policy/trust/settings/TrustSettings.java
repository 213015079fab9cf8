package io.taskgraph.policy.trust.settings;

import io.taskgraph.policy.contract.ApprovalTerms;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whom a policy trusts, how far, and on what evidence.
 *
 * @param ifNotNamed the level of agent types and publishers that are not named
 * @param run the most that anything in a run under this policy is trusted
 * @param agentTypes levels by agent type
 * @param publishers levels by the publisher of an extension
 * @param keys the keys that the policy knows, by name
 * @param signers who may sign which manifests, by name
 * @param pins of extensions that are pinned, by name: the versions that may be used, and the digest of each
 * @param attestations the statements that are required, by the rule's name
 * @param enable who may enable an extension, by its risk profile; one that is not there takes {@link ApprovalTerms#DEFAULT}
 * @param onRevocation what becomes of ready tasks whose extension is revoked
 * @param clockSkewMillis by how much a statement may be dated later than the decision
 */
public record TrustSettings(
        TrustLevel ifNotNamed,
        TrustLevel run,
        SortedMap<String, TrustLevel> agentTypes,
        SortedMap<String, TrustLevel> publishers,
        SortedMap<String, TrustKey> keys,
        SortedMap<String, Signers> signers,
        SortedMap<String, SortedMap<String, Digest>> pins,
        SortedMap<String, AttestationRule> attestations,
        Map<RiskProfile, ApprovalTerms> enable,
        OnRevocation onRevocation,
        long clockSkewMillis) {
    /** Nobody is trusted. */
    public static final TrustSettings DEFAULT = new TrustSettings(
            TrustLevel.UNTRUSTED,
            TrustLevel.MANAGED,
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Map.of(),
            OnRevocation.WAIT,
            300_000);

    /** Copies the maps. */
    public TrustSettings {
        agentTypes = Collections.unmodifiableSortedMap(new TreeMap<>(agentTypes));
        publishers = Collections.unmodifiableSortedMap(new TreeMap<>(publishers));
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        signers = Collections.unmodifiableSortedMap(new TreeMap<>(signers));
        SortedMap<String, SortedMap<String, Digest>> pinned = new TreeMap<>();
        pins.forEach((name, versions) -> pinned.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(versions))));
        pins = Collections.unmodifiableSortedMap(pinned);
        attestations = Collections.unmodifiableSortedMap(new TreeMap<>(attestations));
        Map<RiskProfile, ApprovalTerms> terms = new EnumMap<>(RiskProfile.class);
        enable.forEach((profile, t) -> {
            if (!t.equals(ApprovalTerms.DEFAULT)) {
                terms.put(profile, t);
            }
        });
        enable = Collections.unmodifiableMap(terms);
    }

    /** The level of an agent type within a run: never above the run's. */
    public TrustLevel ofAgentType(String agentType) {
        return lesser(run, agentTypes.getOrDefault(agentType, ifNotNamed));
    }

    /** The level of a publisher. */
    public TrustLevel ofPublisher(String publisher) {
        return publishers.getOrDefault(publisher, ifNotNamed);
    }

    /** What enabling an extension of a risk profile takes. */
    public ApprovalTerms toEnable(RiskProfile profile) {
        return enable.getOrDefault(profile, ApprovalTerms.DEFAULT);
    }

    private static TrustLevel lesser(TrustLevel a, TrustLevel b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
