package io.taskgraph.retention;

import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.replay.Archive;
import io.taskgraph.replay.ReplaySource;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The steps on a real cluster. Not thread-safe. */
public final class KafkaSteps implements Steps, AutoCloseable {
    private static final int REQUEST_BYTES = TopicCatalogue.MAX_RECORD_BYTES + 64 * 1024;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final SchemaRegistry registry;
    private final RecordSerializer<RunSnapshot> serializer;
    private final Optional<Archive> archive;
    private final Function<String, Forgetting> forgetting;
    private final int partitions;
    private Exception failed;

    /**
     * Opens connections.
     *
     * @param archive where history goes that is cut off; empty: nowhere. Whoever opened it closes it
     * @param forgetting has a run forgotten
     */
    public KafkaSteps(ReplaySource source, Optional<Archive> archive, Function<String, Forgetting> forgetting) {
        Map<String, Object> p = Keeper.clientProperties(source);
        this.admin = Admin.create(p);
        p.put(ProducerConfig.ACKS_CONFIG, "all");
        p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES);
        p.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * REQUEST_BYTES);
        p.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        p.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        this.producer = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
        this.registry =
                SchemaRegistry.open(RegistryConfig.of(source.registryUrl()).with(source.properties()));
        this.serializer = registry.serializer(source.topics().snapshots());
        this.topic = source.topics().snapshots().name();
        this.archive = archive;
        this.forgetting = forgetting;
        this.partitions = producer.partitionsFor(topic).size();
    }

    @Override
    public void write(SnapshotKey key, RunSnapshot chunk) {
        send(key, serializer.write(chunk));
    }

    @Override
    public void remove(SnapshotKey key) {
        send(key, null);
    }

    private void send(SnapshotKey key, byte[] value) {
        int partition = SnapshotTopic.partitionOf(key.runId(), partitions);
        producer.send(new ProducerRecord<>(topic, partition, key.bytes(), value), (metadata, e) -> {
            if (e != null) {
                failed = e;
            }
        });
    }

    @Override
    public void flush() {
        producer.flush();
        if (failed != null) {
            Exception e = failed;
            failed = null;
            throw new RetentionException(
                    "Snapshots cannot be written to " + topic + " (" + e.getMessage()
                            + "): see that this account may write it, and that the broker is up.",
                    e);
        }
    }

    @Override
    public Optional<Archive.Put> archive(List<Archive.Going> going, LongConsumer left) {
        return archive.flatMap(a -> a.put(going, left));
    }

    @Override
    public Forgetting forget(String runId) {
        return forgetting.apply(runId);
    }

    @Override
    public Optional<String> truncate(String of, int partition, long before) {
        try {
            admin.deleteRecords(Map.of(new TopicPartition(of, partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PolicyViolationException) {
                return Optional.of(
                        "Records of " + of + " cannot be deleted: the topic's cleanup.policy is compact, which"
                                + " takes records out of the middle of a history. Set it to delete, and see with `taskgraph"
                                + " replay --all` what is missing already.");
            }
            throw new RetentionException(
                    "Records of " + of + "-" + partition + " before offset " + before + " cannot be deleted ("
                            + e.getCause().getMessage()
                            + "): see that this account has the operation Delete on the topic.",
                    e.getCause());
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        registry.close();
    }
}
