package io.taskgraph.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The policy profiles that are published, from their compacted topic, as it stood when it was read. */
public final class PublishedPolicies {
    private static final Comparator<PolicyProfile> ORDER =
            Comparator.comparing(PolicyProfile::getName).thenComparingInt(PolicyProfile::getVersion);

    private final List<PolicyProfile> profiles;
    private final List<String> unreadable;

    private PublishedPolicies(List<PolicyProfile> profiles, List<String> unreadable) {
        this.profiles = profiles;
        this.unreadable = unreadable;
    }

    /**
     * Reads them. A record that cannot be read is passed over, as the control plane does, and told of.
     *
     * @throws QueryException if there is no such topic
     */
    public static PublishedPolicies read(Source source) {
        RecordDeserializer<PolicyProfile> reader =
                source.registry().deserializer(source.topics().policies());
        Map<String, PolicyProfile> latest = new HashMap<>();
        Map<String, String> unreadable = new TreeMap<>();
        try (TopicReader topic = TopicReader.ofAll(source, source.topics().policies())) {
            topic.toEnd(record -> {
                String key = record.key() == null ? "" : new String(record.key(), UTF_8);
                latest.remove(key);
                unreadable.remove(key);
                if (record.value() != null) {
                    try {
                        latest.put(key, reader.read(record.value()));
                    } catch (UnreadableRecordException e) {
                        unreadable.put(
                                key, Unreadable.sentence(record, key, e, "publish it anew or write a tombstone"));
                    }
                }
            });
        }
        return new PublishedPolicies(latest.values().stream().sorted(ORDER).toList(), List.copyOf(unreadable.values()));
    }

    /** What there is under a key and cannot be read, a sentence each, by key: where it stands, why, and the remedy. */
    public List<String> unreadable() {
        return unreadable;
    }

    /** All of them, by name and version. */
    public List<PolicyProfile> all() {
        return profiles;
    }

    /** The one of that name, {@code name} (its greatest version) or {@code name@version}. */
    public Optional<PolicyProfile> named(String name) {
        return profiles.stream()
                .filter(profile ->
                        profile.getName().equals(name) || (profile.getName() + "@" + profile.getVersion()).equals(name))
                .reduce((one, later) -> later);
    }
}
