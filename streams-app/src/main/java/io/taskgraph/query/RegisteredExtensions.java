package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.engine.RegistryRecords;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The registry of extensions as it stands on its topic: of each key the record with the latest sequence. */
public final class RegisteredExtensions {
    private static final String REMEDY = "only the control plane may write this topic, see who else can";

    private final Map<String, ExtensionRecord> latest;
    private final List<String> unreadable;

    private RegisteredExtensions(Map<String, ExtensionRecord> latest, List<String> unreadable) {
        this.latest = latest;
        this.unreadable = unreadable;
    }

    /**
     * Reads it. A record that cannot be read is passed over, as the control plane does, and told of unless another stands
     * under its key.
     *
     * @throws QueryException if there is no such topic
     */
    public static RegisteredExtensions read(Source source) {
        RecordDeserializer<ExtensionRecord> reader =
                source.registry().deserializer(source.topics().extensions());
        Map<String, ExtensionRecord> latest = new TreeMap<>();
        Map<String, String> unreadable = new TreeMap<>();
        try (TopicReader topic = TopicReader.ofAll(source, source.topics().extensions())) {
            topic.toEnd(record -> {
                if (record.key() == null || record.value() == null) {
                    return;
                }
                String key = new String(record.key(), UTF_8);
                try {
                    latest.merge(
                            key,
                            reader.read(record.value()),
                            (one, other) -> other.getSequence() >= one.getSequence() ? other : one);
                } catch (UnreadableRecordException e) {
                    unreadable.put(key, Unreadable.sentence(record, key, e, REMEDY));
                }
            });
        }
        unreadable.keySet().removeAll(latest.keySet());
        return new RegisteredExtensions(latest, List.copyOf(unreadable.values()));
    }

    /** What there is under a key and cannot be read, a sentence each, by key: where it stands, why, and the remedy. */
    public List<String> unreadable() {
        return unreadable;
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
