package io.taskgraph.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads the topic of snapshots, without a group: first an index of some of its partitions, then the entries of those
 * snapshots that are wanted, straight from their offsets. Not thread-safe.
 */
public final class SnapshotTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    /** So many empty polls in a row at a chunk's offset: it is not there any more. */
    private static final int PATIENCE = 250;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final RecordDeserializer<RunSnapshot> reader;
    private final RecordDeserializer<Decision> decisions;
    private final SnapshotIndex index;
    private final int width;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> read = new HashMap<>();

    private SnapshotTopic(
            KafkaConsumer<byte[], byte[]> consumer,
            String topic,
            RecordDeserializer<RunSnapshot> reader,
            RecordDeserializer<Decision> decisions,
            SnapshotIndex index,
            int width,
            List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.topic = topic;
        this.reader = reader;
        this.decisions = decisions;
        this.index = index;
        this.width = width;
        this.partitions = partitions;
    }

    /**
     * Opens the topic; {@link #catchUp} reads.
     *
     * @param clientProperties what a Kafka client needs, {@code bootstrap.servers} included; nothing for a registry
     * @param only the one run that is wanted, or empty: all
     */
    public static SnapshotTopic open(
            Map<String, Object> clientProperties,
            TopicCatalogue topics,
            SchemaRegistry registry,
            Optional<String> only) {
        Map<String, Object> p = new HashMap<>(clientProperties);
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        // As when topics are replayed: no fetch outlasts the reader.
        p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = topics.snapshots().name();
        RecordDeserializer<RunSnapshot> chunks = registry.deserializer(topics.snapshots());
        Predicate<String> wanted = only.<Predicate<String>>map(id -> id::equals).orElse(id -> true);
        RecordDeserializer<Decision> decisions = registry.deserializer(topics.decisions());
        SnapshotIndex index = new SnapshotIndex(chunks, decisions, wanted);
        try {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            int width = found == null ? 0 : found.size();
            return new SnapshotTopic(consumer, topic, chunks, decisions, index, width, partitions(topic, width, only));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static List<TopicPartition> partitions(String topic, int width, Optional<String> only) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            if (only.isEmpty() || i == partitionOf(only.get(), width)) {
                all.add(new TopicPartition(topic, i));
            }
        }
        return all;
    }

    /** The partition of a run's records, as Kafka's producers choose it for its id. A snapshot's stand in the same. */
    public static int partitionOf(String runId, int partitions) {
        return Utils.toPositive(Utils.murmur2(runId.getBytes(UTF_8))) % partitions;
    }

    /** How many partitions are read: none if there is no such topic. */
    public int partitions() {
        return partitions.size();
    }

    /** How many partitions the topic has, whether they are read or not. */
    public int width() {
        return width;
    }

    /** Reads on to the topic's end as it is now. What was written before this call is in the index afterwards. */
    public SnapshotIndex catchUp() {
        consumer.assign(partitions);
        for (TopicPartition tp : partitions) {
            if (read.containsKey(tp)) {
                consumer.seek(tp, read.get(tp));
            } else {
                consumer.seekToBeginning(List.of(tp));
            }
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<TopicPartition> open = new ArrayList<>(partitions);
        while (true) {
            open.removeIf(tp -> consumer.position(tp) >= ends.get(tp));
            if (open.isEmpty()) {
                break;
            }
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                index.accept(r);
            }
        }
        partitions.forEach(tp -> read.put(tp, consumer.position(tp)));
        return index;
    }

    /** What was read so far. */
    public SnapshotIndex index() {
        return index;
    }

    /**
     * The run as the snapshot has it: ready to be folded on. Its digest is computed from the entries.
     *
     * @throws SnapshotException if anything is wrong with it, or it is there no more
     */
    public Run load(IndexedSnapshot snapshot) {
        snapshot.problem().ifPresent(problem -> {
            throw SnapshotException.of(snapshot, problem);
        });
        Run.Loader loader = new Run.Loader(snapshot.runId());
        TopicPartition tp = new TopicPartition(topic, snapshot.partition());
        consumer.assign(List.of(tp));
        try {
            read(tp, snapshot, r -> {
                for (SnapshotEntry e : reader.read(r.value()).getEntries()) {
                    loader.accept(ChunkFacts.array(e.getKey()), ChunkFacts.array(e.getValue()));
                }
            });
        } catch (IllegalArgumentException e) {
            throw new SnapshotException(
                    SnapshotException.of(snapshot, "it has an entry that cannot be read (" + e.getMessage() + ")")
                            .getMessage(),
                    e);
        }
        return loaded(loader, snapshot);
    }

    /**
     * Gives the chunks of a sound snapshot as they stand on the topic, in their order.
     *
     * @throws SnapshotException if one is there no more
     */
    public void chunks(IndexedSnapshot snapshot, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        TopicPartition tp = new TopicPartition(topic, snapshot.partition());
        consumer.assign(List.of(tp));
        Map<Long, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
        // Chunks that were written again stand behind those that were not.
        read(tp, snapshot, r -> found.put(r.offset(), r));
        snapshot.offsets().forEach(offset -> each.accept(found.get(offset)));
    }

    /** The decision that a sound snapshot was taken after. */
    public Decision decision(IndexedSnapshot snapshot) {
        TopicPartition tp = new TopicPartition(topic, snapshot.partition());
        consumer.assign(List.of(tp));
        consumer.seek(tp, snapshot.offsets().get(0));
        for (int i = 0; i < PATIENCE; i++) {
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL).records(tp)) {
                if (r.offset() == snapshot.offsets().get(0)) {
                    return decisions.read(
                            ChunkFacts.array(reader.read(r.value()).getDecision()));
                }
            }
        }
        throw SnapshotException.of(snapshot, "its first chunk does not come; try again");
    }

    private static Run loaded(Run.Loader loader, IndexedSnapshot snapshot) {
        Run run;
        try {
            run = loader.load();
        } catch (IllegalArgumentException e) {
            throw SnapshotException.of(snapshot, "its entries make no run (" + e.getMessage() + ")");
        }
        boolean same = run.exists()
                && run.sequence() == snapshot.sequence()
                && Arrays.equals(run.stateDigest(), snapshot.stateDigest())
                && Arrays.equals(run.lastHash(), snapshot.decisionHash());
        if (!same) {
            throw SnapshotException.of(
                    snapshot,
                    "the run that its entries make stands at decision " + run.sequence() + " or has another digest");
        }
        return run;
    }

    /** Reads its chunks, which stand one after another unless they were written again. */
    private void read(TopicPartition tp, IndexedSnapshot snapshot, Consumer<ConsumerRecord<byte[], byte[]>> to) {
        List<Long> wanted = snapshot.offsets().stream().sorted().toList();
        int next = 0;
        int empty = 0;
        consumer.seek(tp, wanted.get(0));
        while (next < wanted.size()) {
            List<ConsumerRecord<byte[], byte[]>> fetched = consumer.poll(POLL).records(tp);
            empty = fetched.isEmpty() ? empty + 1 : 0;
            if (empty > PATIENCE) {
                throw SnapshotException.of(
                        snapshot, "the chunk at offset " + wanted.get(next) + " does not come; try again");
            }
            for (ConsumerRecord<byte[], byte[]> r : fetched) {
                if (next < wanted.size() && r.offset() > wanted.get(next)) {
                    throw SnapshotException.of(snapshot, "a chunk was replaced while it was read; try again");
                }
                if (next < wanted.size() && r.offset() == wanted.get(next)) {
                    to.accept(r);
                    next++;
                }
            }
            if (next < wanted.size() && consumer.position(tp) < wanted.get(next)) {
                consumer.seek(tp, wanted.get(next));
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
