package io.taskgraph.benchmarks;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What is committed on one topic, from its beginning, each record with the time at which it was there. For one thread. */
final class CommittedRecords<T extends SpecificRecord> implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordDeserializer<T> values;

    CommittedRecords(Site site, Topic<T> topic) {
        values = site.registry().deserializer(topic);
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(p -> new TopicPartition(topic.name(), p))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Hands on what has come, each with when it came, in milliseconds since the epoch. */
    void read(Duration patience, ObjLongConsumer<T> to) {
        var records = consumer.poll(patience);
        long now = System.currentTimeMillis();
        records.forEach(r -> to.accept(values.read(r.value()), now));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
