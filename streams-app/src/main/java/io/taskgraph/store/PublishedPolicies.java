package io.taskgraph.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.engine.PolicyCatalogue;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The presets, and the profiles that are published: every instance holds all of them. Presets are found first, so that
 * nobody can publish another document under their names. A profile that cannot be read, or whose document is no policy,
 * is not there: whoever names it is refused. Not thread-safe.
 */
public final class PublishedPolicies implements PolicyCatalogue {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedPolicies.class);

    /** A profile as it was read; without a policy if it cannot be used. */
    private record Read(byte[] bytes, String name, int version, Map<String, String> selector, Optional<Policy> policy) {
        boolean selects(Map<String, String> labels) {
            return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
        }
    }

    private static final Comparator<Read> BEST = Comparator.comparingInt((Read r) -> r.selector.size())
            .thenComparing(Read::name, Comparator.reverseOrder())
            .thenComparingInt(Read::version);

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
    private final Function<byte[], PolicyProfile> reader;
    private final Map<Bytes, Read> known = new HashMap<>();

    /**
     * Policies of a store.
     *
     * @param store profiles by {@code name@version}
     * @param reader reads a profile, or throws
     */
    public PublishedPolicies(ReadOnlyKeyValueStore<Bytes, byte[]> store, Function<byte[], PolicyProfile> reader) {
        this.store = store;
        this.reader = reader;
    }

    /**
     * A look-up for a preset and for {@code name@version}; for a name alone it costs one look at each profile. If the latest
     * version cannot be used, none before it is taken in its stead.
     */
    @Override
    public Optional<Policy> named(String reference) {
        int at = reference.lastIndexOf('@');
        Optional<Policy> preset = Presets.named(at < 0 ? reference : reference.substring(0, at));
        if (preset.isPresent()) {
            return preset.filter(p -> at < 0 || reference.equals(p.name() + "@" + p.version()));
        }
        if (at >= 0) {
            byte[] value = store.get(Bytes.wrap(reference.getBytes(UTF_8)));
            return value == null ? Optional.empty() : read(Bytes.wrap(reference.getBytes(UTF_8)), value).policy;
        }
        return all().values().stream()
                .filter(r -> r.name.equals(reference))
                .max(Comparator.comparingInt(Read::version))
                .flatMap(Read::policy);
    }

    /** Costs one look at each profile. */
    @Override
    public Optional<String> selectedBy(Map<String, String> labels) {
        return labels.isEmpty()
                ? Optional.empty()
                : all().values().stream()
                        .filter(r -> r.selects(labels) && Presets.named(r.name).isEmpty())
                        .max(BEST)
                        .map(r -> r.name + "@" + r.version);
    }

    /** By key. */
    private TreeMap<Bytes, Read> all() {
        TreeMap<Bytes, Read> all = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> e = entries.next();
                all.put(e.key, read(e.key, e.value));
            }
        }
        known.keySet().retainAll(all.keySet());
        return all;
    }

    private Read read(Bytes key, byte[] value) {
        Read before = known.get(key);
        if (before != null && Arrays.equals(before.bytes, value)) {
            return before;
        }
        Read now = parse(new String(key.get(), UTF_8), value);
        known.put(key, now);
        return now;
    }

    private Read parse(String key, byte[] value) {
        int at = key.lastIndexOf('@');
        String name = at < 0 ? key : key.substring(0, at);
        int version = version(key.substring(at + 1));
        Map<String, String> selector = Map.of();
        try {
            PolicyProfile profile = reader.apply(value);
            selector = profile.getSelector();
            Policy policy = Policy.parse(profile.getDocument(), Presets::named);
            if (!key.equals(policy.name() + "@" + policy.version())) {
                LOG.warn("Policy profile {} holds the document of {}: it is passed over", key, policy);
                return new Read(value, name, version, selector, Optional.empty());
            }
            return new Read(value, name, version, selector, Optional.of(policy));
        } catch (PolicyException e) {
            LOG.warn("Policy profile {} holds no policy: {}", key, e.getMessage());
        } catch (UnreadableRecordException e) {
            LOG.debug("Policy profile {} cannot be read: {}", key, e.getMessage()); // its keeper has warned of it
        } catch (RuntimeException e) {
            LOG.warn("Policy profile {} cannot be read", key, e);
        }
        return new Read(value, name, version, selector, Optional.empty());
    }

    private static int version(String text) {
        // What a document may have: 1 to 1,000,000,000.
        return text.matches("[1-9][0-9]{0,8}|1000000000") ? Integer.parseInt(text) : 0;
    }
}
