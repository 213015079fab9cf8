package io.taskgraph.client;

import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.RecordSignature;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Sends what planners and operators say, and gives each the decision on it. */
final class Submissions implements AutoCloseable {
    private static final int DELIVERY_MILLIS = 120_000;

    private final Producer<byte[], byte[]> producer;
    private final DecisionTail tail;
    private final SchemaRegistry registry;
    private final Map<String, RecordSerializer<?>> serializers = new ConcurrentHashMap<>();
    private final long largest;
    private final Duration patience;
    private final String bootstrap;

    Submissions(
            ClientConfig config, KafkaSettings settings, SchemaRegistry registry, DecisionTail tail, String clientId) {
        this.patience = config.decisionTimeout();
        this.bootstrap = config.bootstrap();
        Map<String, Object> producing =
                settings.producer(clientId, DELIVERY_MILLIS, (int) Math.min(patience.toMillis(), DELIVERY_MILLIS));
        this.producer = new KafkaProducer<>(producing);
        this.largest = Long.parseLong(
                producing.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG).toString());
        this.registry = registry;
        this.tail = tail;
    }

    /**
     * Sends a message and waits for the decision on it.
     *
     * @return its answer; or, exceptionally, {@link OversizedMessageException}, {@link NoDecisionException}, or another
     *     {@link ClientException} if it could not be sent
     */
    <T extends SpecificRecord> CompletableFuture<Answer> submit(
            Topic<T> topic, T message, String runId, String messageId) {
        return submit(topic, message, runId, messageId, null);
    }

    /**
     * The same, signed.
     *
     * @param signer signs the message's bytes as they are sent; null: nobody does
     */
    <T extends SpecificRecord> CompletableFuture<Answer> submit(
            Topic<T> topic, T message, String runId, String messageId, DirectiveSigner signer) {
        try {
            byte[] value = serializer(topic).write(message);
            if (value.length > largest - headroom(runId)) {
                throw tooLarge(topic, runId, value.length);
            }
            CompletableFuture<Answer> answer = tail.expect(runId, messageId, patience);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic.name(), runId.getBytes(StandardCharsets.UTF_8), value);
            if (signer != null) {
                RecordHeaders.put(record.headers(), RecordHeaders.SIGNATURE, signature(topic, value, signer));
            }
            producer.send(record, (metadata, problem) -> {
                if (problem instanceof RecordTooLargeException) {
                    answer.completeExceptionally(tooLarge(topic, runId, value.length));
                } else if (problem != null) {
                    answer.completeExceptionally(notSent(topic, runId, problem));
                }
            });
            return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .handleAsync((result, problem) -> result != null ? result : failed(problem, runId, messageId));
        } catch (ClientException e) {
            return CompletableFuture.failedFuture(e);
        } catch (KafkaException | IllegalArgumentException | IllegalStateException e) {
            return CompletableFuture.failedFuture(notSent(topic, runId, e));
        }
    }

    private static String signature(Topic<?> topic, byte[] value, DirectiveSigner signer) {
        String type = RecordSignature.payloadType(topic.schema());
        byte[] signed = RecordSignature.signed(type, value, WireFormat.HEADER_BYTES);
        return new RecordSignature(signer.keyId(), signer.sign(signed)).text();
    }

    private Answer failed(Throwable problem, String runId, String messageId) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        if (cause instanceof TimeoutException) {
            throw new NoDecisionException(runId, messageId, patience, bootstrap);
        }
        throw cause instanceof ClientException known ? known : new ClientException(cause.getMessage(), cause);
    }

    @SuppressWarnings("unchecked")
    private <T extends SpecificRecord> RecordSerializer<T> serializer(Topic<T> topic) {
        return (RecordSerializer<T>) serializers.computeIfAbsent(topic.name(), ignored -> registry.serializer(topic));
    }

    /** Key, framing and batch overhead, roughly and on the safe side. */
    private static int headroom(String runId) {
        return 256 + 4 * runId.length();
    }

    private OversizedMessageException tooLarge(Topic<?> topic, String runId, long bytes) {
        return new OversizedMessageException(
                "The " + topic.type().getSimpleName().toLowerCase(java.util.Locale.ROOT) + " for run " + runId,
                bytes,
                largest - headroom(runId));
    }

    private static ClientException notSent(Topic<?> topic, String runId, Exception problem) {
        return new ClientException(
                "The message for run " + runId + " could not be written to " + topic.name() + ": "
                        + problem.getMessage(),
                problem);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        tail.close();
    }
}
