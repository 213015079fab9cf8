package io.taskgraph.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.RegisteredVersion;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.policy.trust.use.Verifier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The registry of extensions as far as its records have come. */
final class Shelf implements ExtensionCatalogue {
    private final Map<String, ExtensionRecord> records = new TreeMap<>();

    /** The records of a decision of the registry come in. */
    void take(Run registry, Decision d) {
        d.getFacts().forEach(f -> RegistryRecords.of(registry, d, f).ifPresent(this::put));
    }

    void put(ExtensionRecord r) {
        records.put(RegistryRecords.key(r), r);
    }

    /** All records as they are now. */
    Map<String, ExtensionRecord> all() {
        return Map.copyOf(records);
    }

    /** What an instance sees that has exactly these. */
    void have(Map<String, ExtensionRecord> all) {
        records.clear();
        records.putAll(all);
    }

    ExtensionRecord record(String key) {
        return records.get(key);
    }

    @Override
    public Optional<ExtensionSeen> look(ExtensionRef ref, UseQuestion question, Policy policy) {
        ExtensionRecord r = records.get(RegistryRecords.key(ref.getName(), ref.getVersion()));
        if (r == null) {
            return Optional.of(Sight.ofNothing(ref, question.agentType()));
        }
        RegisteredVersion v = r.getVersion();
        return Optional.of(new Sight(
                        Lifecycle.valueOf(v.getState().name()),
                        r.getSequence(),
                        Verifier.verify(
                                v.getEnvelope().getBytes(UTF_8),
                                v.getAttestations().stream()
                                        .map(a -> a.getBytes(UTF_8))
                                        .toList(),
                                policy.trust().keys().values()),
                        revocations())
                .of(ref, question, policy));
    }

    private Revocations revocations() {
        return new Revocations(of(RevocationTarget.VERSION), of(RevocationTarget.ARTIFACT), of(RevocationTarget.KEY));
    }

    private Set<Digest> of(RevocationTarget target) {
        return records.values().stream()
                .filter(r -> r.getRevoked() != null && r.getRevoked().getTarget() == target)
                .map(r -> Digest.parse(r.getRevoked().getDigest()).orElseThrow())
                .collect(Collectors.toSet());
    }
}
