package io.taskgraph.client;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.CancelAttempt;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.DeliverMessages;
import io.taskgraph.avro.Dispatch;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.avro.Verdict;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes by hand what the control plane would write, transactionally as it does, and reads what clients say. */
public final class ControlPlaneByHand implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    public final TopicCatalogue topics;
    final ClientConfig config;
    private final String bootstrap;
    private final SchemaRegistry registry;
    private final Producer<byte[], byte[]> producer;
    private long sequence;

    public ControlPlaneByHand(EmbeddedCluster cluster, String prefix) {
        this(cluster.bootstrap(), cluster.registryUrl(), prefix);
    }

    ControlPlaneByHand(String bootstrap, String registryUrl, String prefix) {
        this.bootstrap = bootstrap;
        this.topics = TopicCatalogue.of(prefix, 2);
        this.config = ClientConfig.builder(bootstrap, registryUrl)
                .prefix(prefix)
                .decisionTimeout(Duration.ofSeconds(20))
                .build();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            new TopicAdmin(admin).create(topics, Optional.empty());
        }
        this.registry = SchemaRegistry.open(registryUrl);
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        prefix + "by-hand",
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    Command dispatch(String runId, String taskId, int attempt, String agentType) {
        return Command.newBuilder()
                .setRunId(runId)
                .setDecisionSequence(++sequence)
                .setIssuedAt(Instant.ofEpochMilli(0))
                .setAgentType(agentType)
                .setDispatch(Dispatch.newBuilder()
                        .setTaskId(taskId)
                        .setAttempt(attempt)
                        .setTitle("Do " + taskId)
                        .setHeartbeatIntervalMillis(200)
                        .build())
                .build();
    }

    /** Offers attempts in one transaction. */
    void offer(Command... commands) {
        offer(true, commands);
    }

    void offer(boolean commit, Command... commands) {
        producer.beginTransaction();
        for (Command command : commands) {
            ProducerRecord<byte[], byte[]> record = record(topics.commands(), command.getRunId(), command);
            RecordHeaders.put(record.headers(), RecordHeaders.RUN_ID, command.getRunId());
            RecordHeaders.put(record.headers(), RecordHeaders.AGENT_TYPE, command.getAgentType());
            producer.send(record);
        }
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.flush();
            producer.abortTransaction();
        }
    }

    void cancel(String runId, String taskId, int attempt, String workerId) {
        signal(runId, workerId, command -> command.setCancel(new CancelAttempt(taskId, attempt, "by hand")));
    }

    /** Answers an action request. */
    void answer(Report request, Verdict verdict) {
        signal(
                request.getRunId(),
                request.getWorkerId(),
                command -> command.setActionAnswer(new ActionAnswer(
                        request.getTaskId(),
                        request.getAttempt(),
                        request.getMessageId(),
                        verdict,
                        "by-hand",
                        "said by hand",
                        verdict == Verdict.AWAIT_APPROVAL ? "1.1" : null)));
    }

    /** Delivers mail. */
    void deliver(String runId, String recipient, DeliverMessages mail) {
        signal(runId, recipient, command -> command.setDeliverMessages(mail));
    }

    private void signal(String runId, String workerId, UnaryOperator<Command.Builder> kind) {
        producer.beginTransaction();
        ProducerRecord<byte[], byte[]> record = record(
                topics.signals(),
                runId,
                kind.apply(Command.newBuilder()
                                .setRunId(runId)
                                .setDecisionSequence(++sequence)
                                .setIssuedAt(Instant.ofEpochMilli(0))
                                .setWorkerId(workerId))
                        .build());
        RecordHeaders.put(record.headers(), RecordHeaders.WORKER_ID, workerId);
        producer.send(record);
        producer.commitTransaction();
    }

    public void decide(Decision decision) {
        producer.beginTransaction();
        ProducerRecord<byte[], byte[]> record = record(topics.decisions(), decision.getRunId(), decision);
        RecordHeaders.put(record.headers(), RecordHeaders.RUN_ID, decision.getRunId());
        RecordHeaders.put(
                record.headers(), RecordHeaders.MESSAGE_ID, decision.getCause().getMessageId());
        producer.send(record);
        producer.commitTransaction();
    }

    /** Says where a run stands. */
    public void summarize(RunSummary summary) {
        producer.beginTransaction();
        producer.send(record(topics.runs(), summary.getRunId(), summary));
        producer.commitTransaction();
    }

    private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(Topic<T> topic, String key, T value) {
        return new ProducerRecord<>(
                topic.name(),
                key.getBytes(StandardCharsets.UTF_8),
                registry.serializer(topic).write(value));
    }

    /** Reads reports from the beginning until these are enough. */
    List<Report> reportsUntil(Predicate<List<Report>> enough) {
        return readUntil(topics.reports(), enough);
    }

    List<Heartbeat> heartbeatsUntil(Predicate<List<Heartbeat>> enough) {
        return readUntil(topics.heartbeats(), enough);
    }

    public <T extends SpecificRecord> List<T> readUntil(Topic<T> topic, Predicate<List<T>> enough) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<T> read = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!enough.test(read)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("Not enough on " + topic.name() + " within " + PATIENCE + ": " + read);
                }
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> read.add(registry.deserializer(topic).read(record.value())));
            }
            return read;
        }
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
