package io.taskgraph.replay;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.policy.presets.Presets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Policies by digest: the presets of this version, and the published profiles as they were found. */
final class PolicyBook {
    private final Map<String, Policy> byDigest = new HashMap<>();

    PolicyBook() {
        for (String name : Presets.names()) {
            Presets.named(name).ifPresent(p -> byDigest.put(p.digest(), p));
        }
    }

    /** Takes a published profile; one that holds no policy is passed over, as it is live. */
    void add(PolicyProfile profile) {
        add(profile.getDocument());
    }

    /** Takes a document. */
    void add(String document) {
        try {
            Policy policy = Policy.parse(document, Presets::named);
            byDigest.put(policy.digest(), policy);
        } catch (PolicyException e) {
            // Nobody could have been given it.
        }
    }

    Optional<Policy> of(String digest) {
        return Optional.ofNullable(byDigest.get(digest));
    }
}
