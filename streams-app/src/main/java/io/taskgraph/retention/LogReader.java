package io.taskgraph.retention;

import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.snapshot.SnapshotTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the whole log, or one run along it, without a group, from wherever it was left. Committed records only. Not thread-safe. */
final class LogReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> at = new HashMap<>();
    private final Optional<String> only;

    LogReader(Map<String, Object> clientProperties, String topic, Optional<String> only) {
        this.only = only;
        Map<String, Object> p = new HashMap<>(clientProperties);
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        p.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        // As when topics are replayed: no fetch outlasts the reader.
        p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        consumer = new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        for (int i = 0; found != null && i < found.size(); i++) {
            if (only.isEmpty() || SnapshotTopic.partitionOf(only.get(), found.size()) == i) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Where each partition begins. */
    Map<Integer, Long> begins() {
        Map<Integer, Long> begins = new TreeMap<>();
        consumer.beginningOffsets(partitions).forEach((tp, offset) -> begins.put(tp.partition(), offset));
        return begins;
    }

    /** Whether something was cut off that was not read yet: by somebody else. */
    boolean wasOvertaken() {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        return at.entrySet().stream().anyMatch(e -> begins.get(e.getKey()) > e.getValue());
    }

    /** Up to where each partition was read: exclusive. */
    long position(int partition) {
        return at.entrySet().stream()
                .filter(e -> e.getKey().partition() == partition)
                .mapToLong(Map.Entry::getValue)
                .findFirst()
                .orElse(0);
    }

    /** Reads on to the log's end as it is now; {@code progress} hears how many offsets are left. */
    void catchUp(Consumer<ConsumerRecord<byte[], byte[]>> each, LongConsumer progress) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<TopicPartition> open = new ArrayList<>(partitions);
        while (true) {
            open.removeIf(tp -> consumer.position(tp) >= ends.get(tp));
            progress.accept(open.stream()
                    .mapToLong(tp -> ends.get(tp) - consumer.position(tp))
                    .sum());
            if (open.isEmpty()) {
                break;
            }
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                if (only.isEmpty()
                        || RecordHeaders.get(r.headers(), RecordHeaders.RUN_ID).equals(only)) {
                    each.accept(r);
                }
            }
        }
        partitions.forEach(tp -> at.put(tp, consumer.position(tp)));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
