package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.eval.Stage;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A scenario on a broker: inputs are records on topics, decisions are read from theirs, and time is what it is. */
final class BrokerStage implements Stage {
    private static final Duration POLL = Duration.ofMillis(50);
    /** A letter may follow the last decision by a moment. */
    private static final int LAST_POLLS = 20;

    private final EvalCluster cluster;
    private final TopicCatalogue topics;
    private final String policy;
    private final String runId;
    private final SchemaRegistry registry;
    private final RecordDeserializer<Decision> decisions;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long deadLetters;

    BrokerStage(EvalCluster cluster, Cluster where, TopicCatalogue topics, String policy, String runId) {
        this.cluster = cluster;
        this.topics = topics;
        this.policy = policy;
        this.runId = runId;
        this.registry = where.registry();
        this.decisions = registry.deserializer(topics.decisions());
        Map<String, Object> client = new HashMap<>(where.clientProperties());
        client.remove("schema.registry.url");
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic<?> topic : List.of(topics.decisions(), topics.deadLetters())) {
            consumer.partitionsFor(topic.name())
                    .forEach(p -> partitions.add(new TopicPartition(topic.name(), p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    @Override
    public long now() {
        return System.currentTimeMillis();
    }

    @Override
    public String reference(Policy pinned) {
        return policy;
    }

    @Override
    public void say(Mutation m) {
        send(topics.mutations(), m);
    }

    @Override
    public void say(Report r) {
        send(topics.reports(), r);
    }

    @Override
    public void say(Directive d) {
        send(topics.directives(), d);
    }

    @Override
    public void say(Heartbeat h) {
        send(topics.heartbeats(), h);
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, T record) {
        producer.send(new ProducerRecord<>(
                topic.name(), runId.getBytes(UTF_8), registry.serializer(topic).write(record)));
    }

    @Override
    public void write(String family, String to, byte[] bytes) {
        Topic<?> topic =
                switch (family) {
                    case "mutations" -> topics.mutations();
                    case "reports" -> topics.reports();
                    default -> topics.directives();
                };
        producer.send(new ProducerRecord<>(topic.name(), to.getBytes(UTF_8), bytes));
    }

    @Override
    public void restart() {
        cluster.restart();
    }

    @Override
    public List<Logged> proceed(long until) {
        List<Logged> heard = new ArrayList<>();
        do {
            long left = Math.max(0, until - now());
            for (ConsumerRecord<byte[], byte[]> r :
                    consumer.poll(left < POLL.toMillis() ? Duration.ofMillis(left) : POLL)) {
                hear(r, heard);
            }
        } while (heard.isEmpty() && now() < until);
        return heard;
    }

    private void hear(ConsumerRecord<byte[], byte[]> r, List<Logged> heard) {
        if (r.topic().equals(topics.deadLetters().name())) {
            deadLetters += r.key() != null && new String(r.key(), UTF_8).equals(runId) ? 1 : 0;
        } else if (RecordHeaders.get(r.headers(), RecordHeaders.RUN_ID).equals(Optional.of(runId))) {
            heard.add(new Logged(decisions.read(r.value()), r.value(), r.partition(), r.offset()));
        }
    }

    @Override
    public long deadLetters() {
        for (int i = 0; i < LAST_POLLS; i++) {
            consumer.poll(POLL).forEach(r -> hear(r, new ArrayList<>()));
        }
        return deadLetters;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
        registry.close();
    }
}
