package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Says rule by rule whether an extension may be used. What is not established is refused: there is no rule that lets anything
 * pass because something is missing. The same values give the same answer, always, and no cryptography is done.
 */
public final class ExtensionJudge {
    private ExtensionJudge() {}

    /**
     * What speaks for a version, whoever asks.
     *
     * @param verification of its bytes under the keys of {@code trust}
     * @param revocations what was revoked
     * @param trust what the policy says
     * @param runPins what a run pins beside the policy
     * @param ceiling the most that it is to be trusted: the level of the context, {@link TrustLevel#MANAGED} without one
     * @param nowMillis the time of the decision
     */
    public static Evidence evidence(
            Verification verification,
            Revocations revocations,
            TrustSettings trust,
            SortedMap<String, SortedMap<String, Digest>> runPins,
            TrustLevel ceiling,
            long nowMillis) {
        List<Finding> findings = new ArrayList<>(readable(verification));
        if (verification.manifest().isEmpty()) {
            return new Evidence(findings, TrustLevel.UNTRUSTED, nowMillis);
        }
        Manifest manifest = verification.manifest().get();
        findings.add(revocation(verification, revocations));
        SignatureRule.Conferred conferred = SignatureRule.judge(verification, revocations, trust, nowMillis);
        findings.add(conferred.finding());
        findings.add(pin(verification, trust, runPins));
        TrustLevel level = least(ceiling, trust.ofPublisher(manifest.publisher()), conferred.level());
        AttestationJudge.Attested attested = AttestationJudge.judge(verification, revocations, trust, level, nowMillis);
        findings.add(attested.finding());
        boolean holds = findings.stream().allMatch(Finding::holds);
        return new Evidence(
                findings,
                holds ? level : TrustLevel.UNTRUSTED,
                holds ? Math.min(conferred.untilMillis(), attested.untilMillis()) : nowMillis);
    }

    /**
     * Whether a version may be used.
     *
     * @param question who asks, and when
     * @param verification of its bytes under the policy's keys
     * @param standing what the registry knows of it
     * @param policy the policy of the run
     */
    public static UseVerdict use(UseQuestion question, Verification verification, Standing standing, Policy policy) {
        TrustSettings trust = policy.trust();
        Evidence evidence = evidence(
                verification,
                standing.revocations(),
                trust,
                question.pins(),
                trust.ofAgentType(question.agentType()),
                question.nowMillis());
        List<Finding> findings = new ArrayList<>(evidence.findings());
        if (verification.manifest().isEmpty()) {
            return new UseVerdict(findings, TrustLevel.UNTRUSTED, Optional.empty());
        }
        Manifest manifest = verification.manifest().get();
        findings.add(TrustRule.LIFECYCLE.ordinal(), lifecycle(standing));
        findings.add(level(manifest, question, trust, evidence.level()));
        findings.add(capabilities(manifest, evidence.level()));
        findings.add(gating(manifest, policy));
        boolean allowed = findings.stream().allMatch(Finding::holds);
        return new UseVerdict(
                findings, evidence.level(), allowed ? Optional.of(grant(verification, evidence)) : Optional.empty());
    }

    private static List<Finding> readable(Verification v) {
        if (!v.envelopeProblems().isEmpty()) {
            return List.of(Finding.fails(TrustRule.ENVELOPE, String.join("; ", v.envelopeProblems())));
        }
        Finding envelope = Finding.holds(TrustRule.ENVELOPE, "it holds a manifest");
        return List.of(
                envelope,
                v.manifest()
                        .map(m -> Finding.holds(
                                TrustRule.MANIFEST,
                                m.kind().key() + " " + m.name() + " " + m.version() + " of " + m.publisher()))
                        .orElseGet(() -> Finding.fails(TrustRule.MANIFEST, String.join("; ", v.manifestProblems()))));
    }

    private static Finding lifecycle(Standing standing) {
        Lifecycle state = standing.lifecycle();
        return state == Lifecycle.ENABLED
                ? Finding.holds(TrustRule.LIFECYCLE, "it is enabled")
                : Finding.fails(
                        TrustRule.LIFECYCLE,
                        "it is " + state.key()
                                + (state.next().contains(Lifecycle.ENABLED)
                                        ? "; somebody must enable it"
                                        : state == Lifecycle.PROPOSED ? "; it must be verified and enabled" : ""));
    }

    private static Finding revocation(Verification v, Revocations revocations) {
        if (revocations.versions().contains(v.digest().orElseThrow())) {
            return Finding.fails(TrustRule.REVOCATION, "this version was revoked");
        }
        List<String> artifacts = v.manifest().orElseThrow().artifacts().entrySet().stream()
                .filter(a -> revocations.artifacts().contains(a.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return artifacts.isEmpty()
                ? Finding.holds(TrustRule.REVOCATION, "neither it nor an artifact of it was revoked")
                : Finding.fails(
                        TrustRule.REVOCATION, "of its artifacts, " + String.join(", ", artifacts) + " was revoked");
    }

    private static Finding pin(
            Verification v, TrustSettings trust, SortedMap<String, SortedMap<String, Digest>> runPins) {
        Manifest manifest = v.manifest().orElseThrow();
        Digest digest = v.digest().orElseThrow();
        List<String> met = new ArrayList<>();
        SortedMap<String, SortedMap<String, SortedMap<String, Digest>>> all = new TreeMap<>();
        all.put("the policy", trust.pins());
        all.put("the run", runPins);
        for (var pins : all.entrySet()) {
            SortedMap<String, Digest> versions = pins.getValue().get(manifest.name());
            if (versions == null) {
                continue;
            }
            Digest pinned = versions.get(manifest.version().text());
            if (pinned == null) {
                return Finding.fails(
                        TrustRule.PIN,
                        pins.getKey() + " pins " + manifest.name() + " to "
                                + (versions.isEmpty() ? "no version" : String.join(", ", versions.keySet())) + ", not "
                                + manifest.version());
            }
            if (!pinned.equals(digest)) {
                return Finding.fails(
                        TrustRule.PIN,
                        pins.getKey() + " pins version " + manifest.version() + " to " + pinned + ", and this is "
                                + digest);
            }
            met.add(pins.getKey());
        }
        return Finding.holds(
                TrustRule.PIN, met.isEmpty() ? "nothing pins its name" : "pinned by " + String.join(" and ", met));
    }

    private static Finding level(Manifest manifest, UseQuestion question, TrustSettings trust, TrustLevel level) {
        String levels =
                "the agent type has " + trust.ofAgentType(question.agentType()).key() + ", the publisher "
                        + trust.ofPublisher(manifest.publisher()).key() + ", both with what the signatures confer "
                        + level.key();
        return level.compareTo(manifest.requiredTrust()) >= 0
                ? Finding.holds(
                        TrustRule.LEVEL,
                        "it requires " + manifest.requiredTrust().key() + "; " + levels)
                : Finding.fails(
                        TrustRule.LEVEL,
                        "it requires " + manifest.requiredTrust().key() + "; " + levels);
    }

    private static Finding capabilities(Manifest manifest, TrustLevel level) {
        String more = more(manifest);
        if (more.isEmpty()) {
            return Finding.holds(TrustRule.CAPABILITIES, "it asks for nothing that takes trust");
        }
        return level == TrustLevel.UNTRUSTED
                ? Finding.fails(TrustRule.CAPABILITIES, "it asks for " + more + ", which nothing untrusted is given")
                : Finding.holds(TrustRule.CAPABILITIES, "it asks for " + more + ", which " + level.key() + " is given");
    }

    private static Finding gating(Manifest manifest, Policy policy) {
        String more = more(manifest);
        if (policy.on(Flag.TRUST_GATING)) {
            return Finding.holds(TrustRule.GATING, "trust_gating is on");
        }
        return more.isEmpty()
                ? Finding.holds(TrustRule.GATING, "trust_gating is off, and it asks for no more than read and trace")
                : Finding.fails(TrustRule.GATING, "trust_gating is off, and it asks for " + more);
    }

    private static String more(Manifest manifest) {
        return manifest.capabilities().stream()
                .filter(c -> !c.isHarmless())
                .map(Capability::key)
                .collect(Collectors.joining(", "));
    }

    private static Grant grant(Verification v, Evidence evidence) {
        Manifest manifest = v.manifest().orElseThrow();
        SortedMap<String, Risk> tools = new TreeMap<>();
        manifest.tools().values().forEach(tool -> tools.put(tool.name(), tool.risk()));
        return new Grant(
                manifest.name(),
                manifest.version(),
                v.digest().orElseThrow(),
                tools,
                manifest.capabilities(),
                evidence.untilMillis());
    }

    private static TrustLevel least(TrustLevel a, TrustLevel b, TrustLevel c) {
        TrustLevel least = a.compareTo(b) <= 0 ? a : b;
        return least.compareTo(c) <= 0 ? least : c;
    }
}
