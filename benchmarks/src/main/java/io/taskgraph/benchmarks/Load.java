package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.StatusCount;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Submits runs of W1 and keeps a number of them in flight. A run counts as done when its committed summary says that it
 * is completed with all its tasks done; anything else ends the measurement, for a figure of failed work means nothing.
 * For one thread.
 */
final class Load implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSerializer<Mutation> mutations;
    private final RecordDeserializer<RunSummary> summaries;
    private final String topic;
    private final Beats beats;
    private Variant variant;
    /** Runs in flight, with their tasks that are known to be done. */
    private final Map<String, Integer> open = new HashMap<>();

    private final String name;
    private long submitted;
    private long completed;
    private long tasks;
    private long retries;

    /**
     * A load.
     *
     * @param name begins the run ids: no two loads on one site may share it
     * @param variant what its runs are
     */
    Load(Site site, String name, Variant variant) {
        this.name = name;
        this.variant = variant;
        beats = new Beats(site);
        topic = site.topics().mutations().name();
        mutations = site.registry().serializer(site.topics().mutations());
        summaries = site.registry().deserializer(site.topics().runs());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        site.bootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, site.topics().partitions())
                .mapToObj(p -> new TopicPartition(site.topics().runs().name(), p))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** What runs are that are submitted from now on. */
    void variant(Variant other) {
        variant = other;
    }

    /** Keeps that many runs in flight for so long. */
    void drive(int inFlight, Duration howLong) {
        long end = System.nanoTime() + howLong.toNanos();
        while (System.nanoTime() - end < 0) {
            while (open.size() < inFlight) {
                submit();
            }
            if (variant.heartbeats()) {
                beats.send(open.keySet());
            }
            collect();
        }
    }

    /** Works that many runs off, one after the other. */
    void oneByOne(int runs, Duration patienceForEach) {
        for (int i = 0; i < runs; i++) {
            submit();
            drain(patienceForEach);
        }
    }

    /**
     * Submits nothing more and waits for what is in flight.
     *
     * @throws BenchException if it is not done within that time
     */
    void drain(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new BenchException(open.size() + " runs are not completed after " + patience.toSeconds()
                        + " seconds, among them " + open.keySet().iterator().next() + ".");
            }
            collect();
        }
    }

    private void submit() {
        String runId = name + "-" + submitted + (variant.writes(submitted) ? W1.WRITES : "");
        submitted++;
        open.put(runId, 0);
        producer.send(new ProducerRecord<>(
                topic, runId.getBytes(UTF_8), mutations.write(W1.create(runId, variant.preset(), W1.AGENT_TYPE))));
    }

    private void collect() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            RunSummary s = summaries.read(record.value());
            Integer before = open.get(s.getRunId());
            if (before == null) {
                continue;
            }
            int now = done(s);
            tasks += now - before;
            if (s.getPhase() == Phase.COMPLETED) {
                requireAllDone(s);
                open.remove(s.getRunId());
                completed++;
                retries += s.getRetries();
            } else {
                open.put(s.getRunId(), now);
            }
        }
    }

    private static int done(RunSummary s) {
        for (StatusCount c : s.getStatuses()) {
            if (c.getStatus() == TaskStatus.DONE) {
                return c.getCount();
            }
        }
        return 0;
    }

    private static void requireAllDone(RunSummary s) {
        if (!s.getStatuses().equals(List.of(new StatusCount(TaskStatus.DONE, W1.TASKS)))) {
            throw new BenchException("Run " + s.getRunId() + " ended with " + s.getStatuses() + ".");
        }
    }

    /** Runs submitted so far. */
    long submitted() {
        return submitted;
    }

    /** Runs completed so far, each with all of its tasks done. */
    long completed() {
        return completed;
    }

    /** Tasks done so far, also of runs in flight: as their last summaries, at most half a second old, say. */
    long tasks() {
        return tasks;
    }

    /** Attempts beyond the first of their tasks, of the completed runs. */
    long retries() {
        return retries;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
        beats.close();
    }
}
