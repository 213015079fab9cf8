package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ActiveAttempt;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.WorkerStatus;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Heartbeats at a rate, from workers each of which holds a lease in a run of its own that nobody else works on. A thread
 * of its own sends them, every millisecond what is due; how long the control plane takes to read them is asked of the
 * broker, by the offsets that were committed.
 */
final class HeartbeatFlood implements AutoCloseable {
    /** Workers, and runs: each is heard so many times a second as the rate is a multiple of it. */
    static final int WORKERS = 2_000;

    private static final String NOBODY = "nobody";
    private static final String FIRST_TASK = "a0";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final String topic;
    private final List<TopicPartition> partitions;
    private final byte[][] keys = new byte[WORKERS][];
    private final byte[][] beats = new byte[WORKERS][];
    private final Thread thread;
    private volatile boolean over;
    private volatile long sent;

    /**
     * What it came to.
     *
     * @param perSecond heartbeats that were sent a second
     * @param behind heartbeats that were sent and not committed as read, at the end, before anything waited
     */
    record Result(double perSecond, long behind) {
        /** How long the control plane was behind, in milliseconds. */
        double behindMillis() {
            return perSecond == 0 ? 0 : behind / perSecond * 1e3;
        }
    }

    private final long begun;

    /** Creates the runs, takes the leases up, and begins. */
    HeartbeatFlood(Site site, String preset, int perSecond) {
        topic = site.topics().heartbeats().name();
        partitions = IntStream.range(0, site.topics().partitions())
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
        admin = site.admin();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        64 * 1024,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        RecordSerializer<Mutation> mutations =
                site.registry().serializer(site.topics().mutations());
        RecordSerializer<Report> reports =
                site.registry().serializer(site.topics().reports());
        RecordSerializer<Heartbeat> heartbeats =
                site.registry().serializer(site.topics().heartbeats());
        for (int i = 0; i < WORKERS; i++) {
            String runId = "heard-" + i;
            String worker = "heard-worker-" + i;
            keys[i] = runId.getBytes(UTF_8);
            beats[i] = heartbeats.write(Heartbeat.newBuilder()
                    .setRunId(runId)
                    .setWorkerId(worker)
                    .setSentAt(Instant.now())
                    .setActive(List.of(new ActiveAttempt(FIRST_TASK, 1, null, null)))
                    .setStatus(WorkerStatus.BUSY)
                    .setAgentType(NOBODY)
                    .build());
            producer.send(new ProducerRecord<>(
                    site.topics().mutations().name(), keys[i], mutations.write(W1.create(runId, preset, NOBODY))));
        }
        producer.flush();
        for (int i = 0; i < WORKERS; i++) {
            Report started = Report.newBuilder()
                    .setMessageId("started")
                    .setRunId("heard-" + i)
                    .setWorkerId("heard-worker-" + i)
                    .setTaskId(FIRST_TASK)
                    .setAttempt(1)
                    .setSentAt(Instant.now())
                    .setStarted(new Started(NOBODY, java.util.List.of()))
                    .build();
            producer.send(new ProducerRecord<>(site.topics().reports().name(), keys[i], reports.write(started)));
        }
        producer.flush();
        begun = System.nanoTime();
        thread = new Thread(() -> send(perSecond), "heartbeats");
        thread.setDaemon(true);
        thread.start();
    }

    private void send(int perSecond) {
        long count = 0;
        while (!over) {
            long due = (long) ((System.nanoTime() - begun) / 1e9 * perSecond);
            for (; count < due; count++) {
                int worker = (int) (count % WORKERS);
                producer.send(new ProducerRecord<>(topic, keys[worker], beats[worker]));
            }
            sent = count;
            Pause.millis(1);
        }
    }

    /** Ends it, and asks how far they were read. */
    Result end(String applicationId) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        long all = sent;
        try {
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(applicationId)
                    .partitionsToOffsetAndMetadata()
                    .get();
            long behind = 0;
            for (TopicPartition p : partitions) {
                long end = admin.listOffsets(Map.of(p, OffsetSpec.latest()))
                        .partitionResult(p)
                        .get()
                        .offset();
                behind +=
                        Math.max(0, end - (read.get(p) == null ? 0 : read.get(p).offset()));
            }
            return new Result(all / seconds, behind);
        } catch (ExecutionException e) {
            throw new BenchException(
                    "How far the heartbeats are read: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted.");
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
        admin.close();
    }
}
