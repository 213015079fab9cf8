package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.engine.RegistryRecords;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The registry of extensions as it stands on its topic: of each key the record with the latest sequence. */
public final class RegisteredExtensions {
    private final Map<String, ExtensionRecord> latest;

    private RegisteredExtensions(Map<String, ExtensionRecord> latest) {
        this.latest = latest;
    }

    /**
     * Reads it.
     *
     * @throws QueryException if there is no such topic
     */
    public static RegisteredExtensions read(Source source) {
        RecordDeserializer<ExtensionRecord> reader =
                source.registry().deserializer(source.topics().extensions());
        Map<String, ExtensionRecord> latest = new TreeMap<>();
        try (TopicReader topic = TopicReader.ofAll(source, source.topics().extensions())) {
            topic.toEnd(record -> {
                if (record.key() != null && record.value() != null) {
                    latest.merge(
                            new String(record.key(), UTF_8),
                            reader.read(record.value()),
                            (one, other) -> other.getSequence() >= one.getSequence() ? other : one);
                }
            });
        }
        return new RegisteredExtensions(latest);
    }

    /** The versions, by name and version as text. */
    public List<ExtensionRecord> versions() {
        return latest.values().stream().filter(r -> r.getVersion() != null).toList();
    }

    /** The digests that are revoked. */
    public List<ExtensionRecord> revoked() {
        return latest.values().stream().filter(r -> r.getRevoked() != null).toList();
    }

    /** A version. */
    public Optional<ExtensionRecord> version(String name, String version) {
        return Optional.ofNullable(latest.get(RegistryRecords.key(name, version)));
    }

    /** All that was revoked. */
    public Revocations revocations() {
        return new Revocations(of(RevocationTarget.VERSION), of(RevocationTarget.ARTIFACT), of(RevocationTarget.KEY));
    }

    private Set<Digest> of(RevocationTarget target) {
        return revoked().stream()
                .filter(r -> r.getRevoked().getTarget() == target)
                .flatMap(r -> Digest.parse(r.getRevoked().getDigest()).stream())
                .collect(Collectors.toSet());
    }
}
