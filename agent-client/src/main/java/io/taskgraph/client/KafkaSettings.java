package io.taskgraph.client;

import io.taskgraph.schemas.TopicCatalogue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The settings of each Kafka client that we open: defaults, under the user's properties, under what the protocol depends on. */
final class KafkaSettings {
    /** What a share consumer refuses to be told: it is the group's, or has no meaning there. */
    private static final Set<String> NOT_FOR_SHARE_CONSUMERS = Set.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

    private final ClientConfig config;

    KafkaSettings(ClientConfig config) {
        this.config = config;
    }

    Map<String, Object> admin(String clientId) {
        Map<String, Object> settings = known(AdminClientConfig.configNames());
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
        return settings;
    }

    /**
     * A producer that neither loses nor repeats nor reorders.
     *
     * @param deliveryMillis how long it tries to get a record to the broker
     * @param blockMillis how long a sender waits for room in its buffer, or to learn of the topic
     */
    Map<String, Object> producer(String clientId, int deliveryMillis, int blockMillis) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(128 * 1024));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(TopicCatalogue.MAX_RECORD_BYTES));
        settings.putAll(known(ProducerConfig.configNames()));
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.toString(Integer.MAX_VALUE));
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(deliveryMillis));
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.toString(blockMillis));
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return settings;
    }

    /** A consumer without a group, of committed records only. */
    Map<String, Object> tail(String clientId) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
        settings.putAll(known(ConsumerConfig.configNames()));
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // What a tail missed because it fell out of the topic's retention, nobody asks it for any more.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return settings;
    }

    /** A member of a share group that takes at most {@code batch} records at once and acknowledges each by itself. */
    Map<String, Object> shareConsumer(String clientId, String group, int batch) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
        settings.putAll(known(ConsumerConfig.configNames()));
        settings.keySet().removeAll(NOT_FOR_SHARE_CONSUMERS);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        // By default the broker hands out whole producer batches, however many records they have: a worker would sit on
        // commands that it cannot run and that others could.
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(batch));
        // A worker whose threads are all busy does not poll. That is no reason to think it dead.
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return settings;
    }

    /** The user's properties that this kind of client knows, and those that no kind knows: they may be a plugin's. */
    private Map<String, Object> known(Set<String> names) {
        Map<String, Object> settings = new HashMap<>();
        config.properties().forEach((name, value) -> {
            boolean ofAnother = ProducerConfig.configNames().contains(name)
                    || ConsumerConfig.configNames().contains(name)
                    || AdminClientConfig.configNames().contains(name);
            boolean ofTheRegistry = name.startsWith("schema.registry.")
                    || name.startsWith("basic.auth.")
                    || name.startsWith("bearer.auth.");
            if (names.contains(name) || !ofAnother && !ofTheRegistry) {
                settings.put(name, value);
            }
        });
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        return settings;
    }
}
