package io.taskgraph.deployed;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning, committed records only, as anybody could: with a plain consumer and the registry. */
final class TopicReader<T extends SpecificRecord> implements AutoCloseable {
    /** A record as it stands in the log. */
    record Entry<T>(int partition, byte[] bytes, T value) {}

    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final SchemaRegistry registry;
    private final RecordDeserializer<T> deserializer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicReader(String bootstrap, String registryUrl, Topic<T> topic) {
        this(bootstrap, registryUrl, topic, Map.of());
    }

    /** With further properties of the consumer. */
    TopicReader(String bootstrap, String registryUrl, Topic<T> topic, Map<String, String> properties) {
        registry = SchemaRegistry.open(registryUrl);
        deserializer = registry.deserializer(topic);
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(topic.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toSet()));
        consumer.seekToBeginning(List.of());
    }

    /** The next records, none if there are none yet: waits for them for a fraction of a second. */
    List<Entry<T>> next() {
        return StreamSupport.stream(consumer.poll(PATIENCE).spliterator(), false)
                .map(this::entry)
                .toList();
    }

    private Entry<T> entry(ConsumerRecord<byte[], byte[]> raw) {
        return new Entry<>(raw.partition(), raw.value(), deserializer.read(raw.value()));
    }

    @Override
    public void close() {
        consumer.close();
        registry.close();
    }
}
