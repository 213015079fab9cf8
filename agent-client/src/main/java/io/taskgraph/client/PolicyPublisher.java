package io.taskgraph.client;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes policy profiles, for runs to pin. A connection of its own, because whoever sets the rules need not be one who
 * plans or operates: it needs the right to write the one topic. Safe for any thread.
 *
 * <p>A profile's version is never changed once it is published; that is for the caller to see to, by reading the topic
 * first. Runs that have pinned one keep the document that they pinned, whatever is published later.
 */
public final class PolicyPublisher implements AutoCloseable {
    private static final int DELIVERY_MILLIS = 120_000;
    private static final int HEADROOM = 1_024;

    private final Topic<PolicyProfile> topic;
    private final SchemaRegistry registry;
    private final RecordSerializer<PolicyProfile> serializer;
    private final Producer<byte[], byte[]> producer;
    private final long largest;

    private PolicyPublisher(
            Topic<PolicyProfile> topic, SchemaRegistry registry, Producer<byte[], byte[]> producer, long largest) {
        this.topic = topic;
        this.registry = registry;
        this.serializer = registry.serializer(topic);
        this.producer = producer;
        this.largest = largest;
    }

    /**
     * Connects, waiting until broker, topic and registry are there.
     *
     * @throws ClientException with one sentence, if they are not within {@link ClientConfig#connectTimeout()}, or refuse
     */
    public static PolicyPublisher connect(ClientConfig config) {
        Topic<PolicyProfile> topic = config.topics().policies();
        KafkaSettings settings = new KafkaSettings(config);
        SchemaRegistry registry = SchemaRegistry.open(config.registry());
        try {
            Readiness.await(config, settings, registry, List.<Topic<?>>of(topic), List.<Topic<?>>of(topic));
            int patience = (int) Math.min(config.decisionTimeout().toMillis(), DELIVERY_MILLIS);
            // As the sum of waiting for the broker and of trying to deliver: then it is told that it did not work.
            Map<String, Object> producing =
                    settings.producer("taskgraph-policies-" + Ids.shortRandom(), Math.max(11_000, patience), patience);
            long largest = Long.parseLong(
                    producing.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG).toString());
            return new PolicyPublisher(topic, registry, new KafkaProducer<>(producing), largest);
        } catch (ClientException e) {
            registry.close();
            throw e;
        } catch (KafkaException e) {
            registry.close();
            throw new ClientException("No connection to Kafka at " + config.bootstrap() + ": " + e.getMessage(), e);
        }
    }

    /** The key under which a profile stands on its topic: {@code name@version}. */
    public static String keyOf(PolicyProfile profile) {
        return profile.getName() + "@" + profile.getVersion();
    }

    /**
     * Publishes a profile.
     *
     * @return completed when the broker has it; exceptionally with an {@link OversizedMessageException}, or another
     *     {@link ClientException} that says why it could not be written
     */
    public CompletableFuture<Void> publish(PolicyProfile profile) {
        String key = keyOf(profile);
        CompletableFuture<Void> published = new CompletableFuture<>();
        try {
            byte[] value = serializer.write(profile);
            if (value.length > largest - HEADROOM) {
                throw new OversizedMessageException("The policy " + key, value.length, largest - HEADROOM);
            }
            producer.send(
                    new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value),
                    (metadata, problem) -> {
                        if (problem == null) {
                            published.complete(null);
                        } else {
                            published.completeExceptionally(notWritten(key, problem));
                        }
                    });
        } catch (ClientException e) {
            published.completeExceptionally(e);
        } catch (KafkaException | IllegalArgumentException | IllegalStateException e) {
            published.completeExceptionally(notWritten(key, e));
        }
        return published;
    }

    private ClientException notWritten(String key, Exception problem) {
        return new ClientException(
                "The policy " + key + " could not be written to " + topic.name() + ": " + problem.getMessage(),
                problem);
    }

    /** Closes within about five seconds. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        registry.close();
    }
}
