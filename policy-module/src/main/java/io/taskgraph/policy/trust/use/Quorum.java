package io.taskgraph.policy.trust.use;

import io.taskgraph.policy.trust.settings.TrustKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** So many of some. */
final class Quorum {
    private Quorum() {}

    /** Until when so many of those with these ends remain; empty if they are fewer already. */
    static Optional<Long> until(Collection<Long> ends, int threshold) {
        List<Long> latestFirst = ends.stream().sorted(Comparator.reverseOrder()).toList();
        return latestFirst.size() < threshold ? Optional.empty() : Optional.of(latestFirst.get(threshold - 1));
    }

    /** Why the signatures of a key do not count, by the policy or because the key was revoked; empty if they do. */
    static Optional<String> unusable(TrustKey key, Revocations revocations, long nowMillis) {
        return revocations.keys().contains(key.key().fingerprint())
                ? Optional.of("the key " + key.name() + " was revoked")
                : key.unusable(nowMillis);
    }
}
