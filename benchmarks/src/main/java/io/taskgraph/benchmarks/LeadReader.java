package io.taskgraph.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Command;
import io.taskgraph.avro.DeliveredMessage;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.Mutation;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RecordSerializer;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The lead of every run of a load: reads what is delivered to it and says so. The client's own reader of a lead's mail is
 * for one run and tails the topic for it; thousands of them would measure that.
 */
final class LeadReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordDeserializer<Command> signals;
    private final RecordSerializer<Mutation> mutations;
    private final String topic;
    private final Thread thread;
    private volatile long messages;

    LeadReader(Site site) {
        signals = site.registry().deserializer(site.topics().signals());
        mutations = site.registry().serializer(site.topics().mutations());
        topic = site.topics().mutations().name();
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, site.bootstrap(), ProducerConfig.LINGER_MS_CONFIG, 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
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
        List<TopicPartition> partitions = IntStream.range(0, site.topics().partitions())
                .mapToObj(p -> new TopicPartition(site.topics().signals().name(), p))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = new Thread(this::read, "lead-reader");
        thread.start();
    }

    /** Messages that it has read. */
    long messages() {
        return messages;
    }

    private void read() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Command c = signals.read(record.value());
                    if (c.getDeliverMessages() != null) {
                        dealWith(c.getRunId(), c.getDeliverMessages().getMessages());
                    }
                }
            }
        } catch (WakeupException e) {
            // Closed.
        }
    }

    private void dealWith(String runId, List<DeliveredMessage> delivered) {
        long upTo = delivered.get(delivered.size() - 1).getNumber();
        messages += delivered.size();
        Mutation read = Mutation.newBuilder()
                .setMessageId("read-" + upTo)
                .setRunId(runId)
                .setSentAt(Instant.now())
                .setActor("bench")
                .setMailRead(new MailRead(upTo, false))
                .build();
        producer.send(new ProducerRecord<>(topic, runId.getBytes(UTF_8), mutations.write(read)));
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
        producer.close(Duration.ofSeconds(5));
    }
}
