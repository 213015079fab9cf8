package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One heartbeat a second for each of a number of runs, spread over the second. For one thread. */
final class Beats implements AutoCloseable {
    private static final double NANOS = 1e9;

    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordSerializer<Heartbeat> heartbeats;
    private final String topic;
    private List<String> round = List.of();
    private int next;
    private long lastAt = System.nanoTime();

    Beats(Site site) {
        topic = site.topics().heartbeats().name();
        heartbeats = site.registry().serializer(site.topics().heartbeats());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends what is due since the last call. Runs that joined meanwhile get theirs within a second. */
    void send(Collection<String> runs) {
        long now = System.nanoTime();
        int due = (int) (runs.size() * Math.min(1, (now - lastAt) / NANOS));
        if (due == 0) {
            return;
        }
        lastAt = now;
        for (int i = 0; i < due; i++) {
            if (next >= round.size()) {
                round = List.copyOf(runs);
                next = 0;
            }
            String runId = round.get(next++);
            Heartbeat beat = Heartbeat.newBuilder()
                    .setRunId(runId)
                    .setWorkerId(W1.WORKER)
                    .setSentAt(Instant.now())
                    .setStatus(WorkerStatus.BUSY)
                    .setAgentType(W1.AGENT_TYPE)
                    .build();
            producer.send(new ProducerRecord<>(topic, runId.getBytes(UTF_8), heartbeats.write(beat)));
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
