package io.taskgraph.replay;

import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RegistryConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The cluster that an import writes to, in one transaction. Not thread-safe. */
final class ImportTarget implements AutoCloseable {
    /** As long as brokers allow unless they are told otherwise. */
    private static final int TRANSACTION_MILLIS = 15 * 60 * 1000;

    private final ReplaySource target;
    private final Map<String, Object> settings = new HashMap<>();
    private final Map<String, Object> transactional = new HashMap<>();
    private KafkaProducer<byte[], byte[]> producer;

    ImportTarget(ReplaySource target) {
        this.target = target;
        target.properties().forEach((name, value) -> {
            if (!name.startsWith(RegistryConfig.PROPERTY_PREFIX)) {
                settings.put(name, value);
            }
        });
        settings.put("bootstrap.servers", target.bootstrap());
    }

    /** @throws HistoryException if the control plane is running: it would not notice what is written to its changelogs */
    void requireStopped() {
        try (Admin admin = Admin.create(settings)) {
            for (GroupListing group : admin.listGroups().all().get()) {
                GroupState state = group.groupState().orElse(GroupState.UNKNOWN);
                if (group.groupId().equals(target.applicationId())
                        && state != GroupState.EMPTY
                        && state != GroupState.DEAD) {
                    throw new HistoryException("The control plane " + target.applicationId() + " is running at "
                            + target.bootstrap() + ", or was until a moment ago: stop every instance, then import.");
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new HistoryException(
                    "Whether the control plane is running at " + target.bootstrap() + " could not be found out: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    void begin() {
        Map<String, Object> p = transactional;
        p.putAll(settings);
        p.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, target.applicationId() + "-import");
        p.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicCatalogue.MAX_RECORD_BYTES + 4096);
        p.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        p.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        producer = opened(p);
        producer.beginTransaction();
    }

    private static KafkaProducer<byte[], byte[]> opened(Map<String, Object> settings) {
        KafkaProducer<byte[], byte[]> opened =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        opened.initTransactions();
        return opened;
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    /** Returns when who reads committed records finds all of it: a transaction counts as committed a moment before that. */
    void commit() {
        producer.commitTransaction();
        producer.close();
        // The next one of that id is told to wait until the last one's markers are on all its partitions.
        producer = opened(transactional);
    }

    void abort() {
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            // It ends by its timeout; what stopped it is told.
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
