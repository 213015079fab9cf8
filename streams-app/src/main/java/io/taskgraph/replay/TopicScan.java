package io.taskgraph.replay;

import io.taskgraph.schemas.registry.RegistryConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Reads topics from their beginnings to their ends as they are when reading starts; committed records only. */
final class TopicScan implements AutoCloseable {
    /** A poll that meets nothing but the end of a transaction waits this long, though it gets on. */
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicScan(ReplaySource source) {
        consumer = consumer(source);
    }

    /** A consumer without a group, of committed records. */
    static KafkaConsumer<byte[], byte[]> consumer(ReplaySource source) {
        return new KafkaConsumer<>(settings(source), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What a Kafka client needs to read a source's topics. */
    static Map<String, Object> settings(ReplaySource source) {
        Map<String, Object> p = new HashMap<>();
        source.properties().forEach((name, value) -> {
            if (!name.startsWith(RegistryConfig.PROPERTY_PREFIX)) {
                p.put(name, value);
            }
        });
        p.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, source.bootstrap());
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        // What is read has an end. A fetch that waits at the broker for more would be waited for when the reader is
        // closed.
        p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        p.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        return p;
    }

    /** The topic's partitions; empty if there is no such topic. */
    List<TopicPartition> partitions(String topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic);
        return infos == null
                ? List.of()
                : infos.stream()
                        .map(i -> new TopicPartition(topic, i.partition()))
                        .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                        .toList();
    }

    /** The partition of a key, as Kafka's producers choose it, if there are partitions. */
    static OptionalInt partitionOf(byte[] key, int partitions) {
        return partitions == 0
                ? OptionalInt.empty()
                : OptionalInt.of(Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    /** The one partition of a topic in which the run's records are; empty if there is no such topic. */
    List<TopicPartition> partitionOf(String topic, String runId) {
        List<TopicPartition> all = partitions(topic);
        OptionalInt p = partitionOf(runId.getBytes(StandardCharsets.UTF_8), all.size());
        return p.isEmpty() ? List.of() : List.of(all.get(p.getAsInt()));
    }

    /** How many offsets there are to read. */
    long size(List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        return ends.entrySet().stream()
                .mapToLong(e -> e.getValue() - starts.get(e.getKey()))
                .sum();
    }

    /** How many of them do not begin at offset 0 any more. */
    long truncated(List<TopicPartition> partitions) {
        return consumer.beginningOffsets(partitions).values().stream()
                .filter(begins -> begins > 0)
                .count();
    }

    /** Gives every record, each partition's in order, and now and then how many offsets are behind. */
    void read(List<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> each, LongConsumer progress) {
        readWhile(
                partitions,
                r -> {
                    each.accept(r);
                    return true;
                },
                progress);
    }

    /** The same until it is told not to go on. */
    void readWhile(
            List<TopicPartition> partitions, Predicate<ConsumerRecord<byte[], byte[]>> goOn, LongConsumer progress) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<TopicPartition> open = new ArrayList<>(partitions);
        while (true) {
            open.removeIf(tp -> consumer.position(tp) >= ends.get(tp));
            long behind = 0;
            for (TopicPartition tp : partitions) {
                behind += Math.min(consumer.position(tp), ends.get(tp)) - starts.get(tp);
            }
            progress.accept(behind);
            if (open.isEmpty()) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                if (r.offset() < ends.get(new TopicPartition(r.topic(), r.partition())) && !goOn.test(r)) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
