package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.attest.Claim;
import io.taskgraph.policy.trust.attest.Statement;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.settings.AttestationRule;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether the statements that a policy asks for were made about every artifact. */
final class AttestationJudge {
    private static final int MOST_REASONS = 5;

    private final Verification verification;
    private final Revocations revocations;
    private final TrustSettings trust;
    private final long now;

    private AttestationJudge(Verification verification, Revocations revocations, TrustSettings trust, long now) {
        this.verification = verification;
        this.revocations = revocations;
        this.trust = trust;
        this.now = now;
    }

    /**
     * What the statements come to.
     *
     * @param finding whether all that are asked for are there
     * @param untilMillis until when
     */
    record Attested(Finding finding, long untilMillis) {}

    static Attested judge(Verification v, Revocations revocations, TrustSettings trust, TrustLevel level, long now) {
        return new AttestationJudge(v, revocations, trust, now).judge(level);
    }

    private Attested judge(TrustLevel level) {
        Manifest manifest = verification.manifest().orElseThrow();
        long until = TrustKey.FOREVER;
        List<String> held = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (AttestationRule rule : trust.attestations().values()) {
            if (!rule.applies(manifest.capabilities(), level)) {
                continue;
            }
            boolean whole = true;
            for (Map.Entry<String, Digest> artifact : manifest.artifacts().entrySet()) {
                List<String> reasons = new ArrayList<>();
                SortedMap<String, Long> counted = counted(rule, artifact.getValue(), reasons);
                Optional<Long> end = Quorum.until(counted.values(), rule.threshold());
                if (end.isEmpty()) {
                    missing.add(missing(rule, artifact.getKey(), counted, reasons));
                    whole = false;
                    break;
                }
                until = Math.min(until, end.get());
            }
            if (whole) {
                held.add(rule.name());
            }
        }
        Finding finding = !missing.isEmpty()
                ? Finding.fails(TrustRule.ATTESTATIONS, String.join("; ", missing))
                : Finding.holds(
                        TrustRule.ATTESTATIONS,
                        held.isEmpty() ? "the policy asks for none" : "there is " + String.join(", ", held));
        return new Attested(finding, until);
    }

    private static String missing(
            AttestationRule rule, String artifact, SortedMap<String, Long> counted, List<String> reasons) {
        String why = reasons.isEmpty()
                ? "no statement of the type " + rule.predicate() + " is about it"
                : String.join("; ", reasons.subList(0, Math.min(reasons.size(), MOST_REASONS)));
        return rule.name() + " needs " + rule.threshold() + " of " + String.join(", ", rule.keys()) + " for "
                + artifact + " and has "
                + (counted.isEmpty() ? "none" : String.join(", ", counted.keySet())) + " (" + why + ")";
    }

    /** The keys that have made the statement about an artifact, and until when that counts. */
    private SortedMap<String, Long> counted(AttestationRule rule, Digest artifact, List<String> reasons) {
        SortedMap<String, Long> counted = new TreeMap<>();
        for (int i = 0; i < verification.attestations().size(); i++) {
            AttestationCheck check = verification.attestations().get(i);
            String which = "attestation " + (i + 1) + " ";
            if (check.statement().isEmpty()) {
                reasons.add(which + "cannot be read: " + check.problems().get(0));
                continue;
            }
            Statement statement = check.statement().get();
            Optional<String> unfit = unfit(rule, artifact, statement);
            if (unfit.isPresent()) {
                reasons.add(which + unfit.get());
                continue;
            }
            long end = end(rule, statement.claim());
            boolean any = false;
            for (String name : rule.keys()) {
                TrustKey key = trust.keys().get(name);
                if (key == null || !check.signedBy().contains(key.key().fingerprint())) {
                    continue;
                }
                any = true;
                Optional<String> unusable = Quorum.unusable(key, revocations, now);
                if (unusable.isPresent()) {
                    reasons.add(which + "does not count, for " + unusable.get());
                } else {
                    counted.merge(name, Math.min(end, key.untilMillis()), Math::max);
                }
            }
            if (!any) {
                List<String> odd = SignatureRule.oddities(check.signatures());
                reasons.add(which + "is by none of them" + (odd.isEmpty() ? "" : ": " + String.join(", ", odd)));
            }
        }
        return counted;
    }

    private Optional<String> unfit(AttestationRule rule, Digest artifact, Statement statement) {
        if (!rule.isOfKind(statement.predicateType())) {
            return Optional.of("is of the type " + Json.printable(statement.predicateType()));
        }
        if (!statement.subjects().contains(artifact)) {
            return Optional.of("is about another digest");
        }
        Claim claim = statement.claim();
        if (!claim.result().isEmpty() && !claim.result().equals(Claim.PASSED)) {
            return Optional.of("has the result " + Json.printable(claim.result()));
        }
        if (claim.findings() > rule.mostFindings()) {
            return Optional.of(
                    "has " + claim.findings() + " findings, more than the " + rule.mostFindings() + " allowed");
        }
        if (!rule.mayBeBy(claim.by())) {
            return Optional.of(
                    "was done by " + (claim.by().isEmpty() ? "nobody that it names" : Json.printable(claim.by())));
        }
        return late(rule, claim);
    }

    private Optional<String> late(AttestationRule rule, Claim claim) {
        if (claim.madeAtMillis() == Claim.NOT_SAID) {
            return rule.maxAgeMillis() > 0
                    ? Optional.of("does not say when it was made, and it may not be too old")
                    : Optional.empty();
        }
        if (claim.madeAtMillis() - trust.clockSkewMillis() > now) {
            return Optional.of("is dated " + Timestamps.write(claim.madeAtMillis()) + ", which is still to come");
        }
        return now >= end(rule, claim)
                ? Optional.of("ran out at " + Timestamps.write(end(rule, claim)))
                : Optional.empty();
    }

    private static long end(AttestationRule rule, Claim claim) {
        return rule.maxAgeMillis() == 0 ? TrustKey.FOREVER : claim.madeAtMillis() + rule.maxAgeMillis();
    }
}
