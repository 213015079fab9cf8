package io.taskgraph.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.RegisteredVersion;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.engine.ExtensionCatalogue;
import io.taskgraph.engine.RegistryRecords;
import io.taskgraph.engine.Sight;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of extensions: every instance holds all of it. What cannot be read is not there, so it is not used. A version's
 * signatures are verified once for each set of keys that asks. Not thread-safe.
 */
public final class ExtensionRegistry implements ExtensionCatalogue {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionRegistry.class);

    /** How many verifications are kept: with them all in use it costs some tens of megabytes. */
    private static final int KEPT = 10_000;

    /** A version's record as it was read. */
    private record Read(byte[] bytes, Optional<ExtensionRecord> record) {}

    private record Asked(String digest, List<TrustKey> keys) {}

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
    private final Function<byte[], ExtensionRecord> reader;
    private final Map<String, Read> read = new HashMap<>();
    private final Map<Asked, Verification> verified = new HashMap<>();
    private long knownSize = -1;
    private long revokedCount;
    private Revocations revocations = Revocations.NONE;

    /**
     * The registry in a store.
     *
     * @param reader reads a record, or throws
     */
    public ExtensionRegistry(ReadOnlyKeyValueStore<Bytes, byte[]> store, Function<byte[], ExtensionRecord> reader) {
        this.store = store;
        this.reader = reader;
    }

    @Override
    public Optional<ExtensionSeen> look(ExtensionRef ref, UseQuestion question, Policy policy) {
        return Optional.of(record(RegistryRecords.key(ref.getName(), ref.getVersion()))
                .map(r -> new Sight(
                                Lifecycle.valueOf(r.getVersion().getState().name()),
                                r.getSequence(),
                                verification(
                                        r.getVersion(), policy.trust().keys().values()),
                                revocations())
                        .of(ref, question, policy))
                .orElseGet(() -> Sight.ofNothing(ref, question.agentType())));
    }

    private Optional<ExtensionRecord> record(String key) {
        byte[] value = store.get(Bytes.wrap(key.getBytes(UTF_8)));
        if (value == null) {
            return Optional.empty();
        }
        Read known = read.get(key);
        if (known == null || !Arrays.equals(known.bytes, value)) {
            try {
                known = new Read(
                        value, Optional.of(reader.apply(value)).filter(r -> key.equals(RegistryRecords.key(r))));
            } catch (UnreadableRecordException e) {
                LOG.warn("Record {} of the registry of extensions cannot be read: it is passed over", key, e);
                known = new Read(value, Optional.empty());
            } catch (RuntimeException e) {
                LOG.warn("Record {} of the registry of extensions cannot be read now: it is read again", key, e);
                return Optional.empty();
            }
            read.put(key, known);
        }
        return known.record;
    }

    private Verification verification(RegisteredVersion v, Collection<TrustKey> keys) {
        if (verified.size() >= KEPT) {
            verified.clear();
        }
        return verified.computeIfAbsent(
                new Asked(v.getDigest(), List.copyOf(keys)),
                asked -> Verifier.verify(
                        v.getEnvelope().getBytes(UTF_8),
                        v.getAttestations().stream().map(a -> a.getBytes(UTF_8)).toList(),
                        keys));
    }

    /** Nothing is ever taken out of the registry: only if there is more in it than before can more be revoked. */
    private Revocations revocations() {
        long size = store.approximateNumEntries();
        if (size != knownSize) {
            knownSize = size;
            readRevocations();
        }
        return revocations;
    }

    private void readRevocations() {
        Map<RevocationTarget, Set<Digest>> by = new EnumMap<>(RevocationTarget.class);
        revokedCount = 0;
        for (RevocationTarget target : RevocationTarget.values()) {
            by.put(target, digests(RegistryRecords.revoked(target)));
            revokedCount += by.get(target).size();
        }
        revocations = new Revocations(
                by.get(RevocationTarget.VERSION), by.get(RevocationTarget.ARTIFACT), by.get(RevocationTarget.KEY));
    }

    /** The keys say it all: what stands under them need not be readable for a digest to stay revoked. */
    private Set<Digest> digests(String prefix) {
        Set<Digest> digests = new HashSet<>();
        Bytes from = Bytes.wrap(prefix.getBytes(UTF_8));
        Bytes to = Bytes.wrap((prefix + '\u007f').getBytes(UTF_8));
        try (KeyValueIterator<Bytes, byte[]> all = store.range(from, to)) {
            while (all.hasNext()) {
                String key = new String(all.next().key.get(), UTF_8);
                Digest.parse(key.substring(prefix.length())).ifPresent(digests::add);
            }
        }
        return digests;
    }

    /** What tells whether something has changed for the users of a version: the decisions that it and the revocations follow from. */
    public String mark(String toolpack, long revoked) {
        return record(toolpack).map(ExtensionRecord::getSequence).orElse(0L) + "/" + revoked;
    }

    /** How many digests are revoked. */
    public long revoked() {
        revocations();
        return revokedCount;
    }
}
