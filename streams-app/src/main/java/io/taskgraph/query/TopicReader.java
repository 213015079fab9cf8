package io.taskgraph.query;

import io.taskgraph.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads committed records of one topic from the beginning on, without a group, so that it leaves no trace on the cluster.
 * Not thread-safe.
 */
final class TopicReader implements AutoCloseable {
    private static final int ANSWER_MILLIS = 15_000;
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private TopicReader(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.partitions = partitions;
    }

    /** Stands at the beginning of the whole topic. */
    static TopicReader ofAll(Source source, Topic<?> topic) {
        return open(source, topic, null);
    }

    /** Stands at the beginning of the partitions in which these keys are. */
    static TopicReader ofKeys(Source source, Topic<?> topic, Collection<byte[]> keys) {
        return open(source, topic, keys);
    }

    private static TopicReader open(Source source, Topic<?> topic, Collection<byte[]> keys) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(source), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<PartitionInfo> found = consumer.partitionsFor(topic.name());
            if (found == null || found.isEmpty()) {
                throw new QueryException("There is no topic " + topic.name() + " on " + source.bootstrap()
                        + ": a control plane makes it (`taskgraph up`, `taskgraph serve`); or see --prefix.");
            }
            List<TopicPartition> wanted = partitions(topic.name(), found.size(), keys);
            consumer.assign(wanted);
            consumer.seekToBeginning(wanted);
            return new TopicReader(consumer, wanted);
        } catch (TimeoutException e) {
            consumer.close();
            throw new QueryException(
                    "Kafka at " + source.bootstrap() + " did not answer within " + ANSWER_MILLIS / 1000
                            + " s: see that the broker is up, and --bootstrap.",
                    e);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static List<TopicPartition> partitions(String topic, int count, Collection<byte[]> keys) {
        TreeSet<Integer> numbers = new TreeSet<>();
        if (keys == null) {
            for (int i = 0; i < count; i++) {
                numbers.add(i);
            }
        } else {
            keys.forEach(key -> numbers.add(partitionOf(key, count)));
        }
        List<TopicPartition> wanted = new ArrayList<>();
        numbers.forEach(number -> wanted.add(new TopicPartition(topic, number)));
        return wanted;
    }

    /** The partition that Kafka's producers choose for a key. */
    static int partitionOf(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    private static Map<String, Object> settings(Source source) {
        Map<String, Object> p = source.consumerProperties();
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        p.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS - 1);
        p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 200);
        p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        p.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        return p;
    }

    /** Gives each record up to the topic's end as it is now, a partition's in their order. */
    void toEnd(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        toEnd(each, left -> {});
    }

    /** The same; {@code left} hears now and then how many offsets are still to be read. */
    void toEnd(Consumer<ConsumerRecord<byte[], byte[]>> each, LongConsumer left) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<TopicPartition> open = new ArrayList<>(partitions);
        while (true) {
            open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            if (open.isEmpty()) {
                return;
            }
            left.accept(open.stream()
                    .mapToLong(partition -> ends.get(partition) - consumer.position(partition))
                    .sum());
            consumer.poll(POLL).forEach(each);
        }
    }

    /** Stands at the beginning again, as it is now. */
    void rewind() {
        consumer.seekToBeginning(partitions);
    }

    /** Whether the topic does not begin with its first record any more. */
    boolean isCutOff() {
        return consumer.beginningOffsets(partitions).values().stream().anyMatch(begin -> begin > 0);
    }

    /** Gives what has come since, waiting so long for the first of it. Whether there was anything. */
    boolean poll(Duration patience, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
        records.forEach(each);
        return !records.isEmpty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
