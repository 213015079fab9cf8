package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.settings.Signers;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether enough of those who may do so have signed. */
final class SignatureRule {
    private SignatureRule() {}

    /**
     * What the signatures confer.
     *
     * @param finding whether any signers' threshold is reached
     * @param level the greatest level of the signers whose threshold is reached
     * @param untilMillis until when it is reached
     */
    record Conferred(Finding finding, TrustLevel level, long untilMillis) {}

    static Conferred judge(Verification v, Revocations revocations, TrustSettings trust, long now) {
        Manifest manifest = v.manifest().orElseThrow();
        Conferred best = null;
        List<String> missing = new ArrayList<>();
        for (Signers signers : trust.signers().values()) {
            if (!signers.cover(manifest.publisher(), manifest.name())) {
                continue;
            }
            SortedMap<String, Long> counted = new TreeMap<>();
            List<String> reasons = new ArrayList<>();
            for (String name : signers.keys()) {
                TrustKey key = trust.keys().get(name);
                if (key != null && v.signedBy().contains(key.key().fingerprint())) {
                    Quorum.unusable(key, revocations, now)
                            .ifPresentOrElse(reasons::add, () -> counted.put(name, key.untilMillis()));
                }
            }
            Optional<Long> until = Quorum.until(counted.values(), signers.threshold());
            if (until.isPresent()) {
                Conferred conferred = new Conferred(
                        Finding.holds(
                                TrustRule.SIGNATURES,
                                "signed by " + String.join(", ", counted.keySet()) + " for the signers "
                                        + signers.name() + " (" + signers.threshold() + " needed), who confer "
                                        + signers.confers().key()),
                        signers.confers(),
                        until.get());
                best = best == null || isBetter(conferred, best) ? conferred : best;
            } else {
                missing.add("the signers " + signers.name() + " need " + signers.threshold() + " of "
                        + String.join(", ", signers.keys()) + " and have "
                        + (counted.isEmpty() ? "none" : String.join(", ", counted.keySet()))
                        + (reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")"));
            }
        }
        return best != null
                ? best
                : new Conferred(Finding.fails(TrustRule.SIGNATURES, why(v, trust, missing)), TrustLevel.UNTRUSTED, now);
    }

    private static boolean isBetter(Conferred one, Conferred other) {
        int byLevel = one.level().compareTo(other.level());
        return byLevel > 0 || byLevel == 0 && one.untilMillis() > other.untilMillis();
    }

    private static String why(Verification v, TrustSettings trust, List<String> missing) {
        if (v.signatures().isEmpty()) {
            return "nobody has signed it";
        }
        Manifest manifest = v.manifest().orElseThrow();
        List<String> why = new ArrayList<>(missing);
        if (missing.isEmpty()) {
            why.add("the policy names no signers for " + manifest.name() + " of " + manifest.publisher());
            List<String> outOfScope = trust.keys().values().stream()
                    .filter(k -> v.signedBy().contains(k.key().fingerprint()))
                    .map(TrustKey::name)
                    .toList();
            if (!outOfScope.isEmpty()) {
                why.add("it is out of scope for " + String.join(", ", outOfScope) + ", who signed it");
            }
        }
        why.addAll(oddities(v.signatures()));
        return String.join("; ", why);
    }

    /** What is to be said of signatures that do not count. */
    static List<String> oddities(List<SignatureCheck> signatures) {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < signatures.size(); i++) {
            SignatureCheck check = signatures.get(i);
            String which = "signature " + (i + 1);
            switch (check.outcome()) {
                case WRONG ->
                    said.add(which + " verifies under no key that the policy knows"
                            + (check.keyid().isEmpty() ? "" : " as " + Json.printable(check.keyid())));
                case UNKNOWN_KEY ->
                    said.add(which + " is by the key " + Json.printable(check.keyid())
                            + ", which the policy does not know");
                case REPEATED -> said.add(which + " is by a key that has signed already");
                case NOT_TRIED ->
                    said.add(which + " was not tried, for too many keys were; a keyid would have named its key");
                default -> {
                    // A valid one needs no words.
                }
            }
        }
        return said;
    }
}
